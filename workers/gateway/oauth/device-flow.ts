// Signing in on a device without a browser (RFC 8628): it shows a code, a person types it elsewhere and decides.
import type { Context } from "hono";
import { Scope } from "../../../shared/contracts/auth.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import {
  DEVICE_CODE_LIFE_MS,
  DEVICE_POLL_SECONDS,
  DEVICE_POLL_TOLERANCE_MS,
  GRANT_IDLE_MS,
} from "../../../shared/contracts/limits.ts";
import type {
  DeviceAuthorization,
  DeviceRequest,
  TokenRequest,
  TokenResponse,
} from "../../../shared/contracts/oauth.ts";
import {
  decideDevice,
  exchangeDevice,
  findUndecidedDevice,
  insertDevice,
  pollDevice,
} from "../../../shared/db/identity/oauth-device-queries.ts";
import { findGrant } from "../../../shared/db/identity/oauth-grant-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "../identity/audit.ts";
import { callerNetwork } from "../identity/caller-network.ts";
import { newSecret, sha256Hex } from "../identity/secrets.ts";
import { limitAttempts, uncountAttempt } from "../limits/limit-attempts.ts";
import { publicOrigin } from "../public-origin.ts";
import { scopesAllowedTo } from "./access-tokens.ts";
import { defaultScopes, findClient, type OAuthClient } from "./clients.ts";
import { issueTokens } from "./issue-tokens.ts";
import { OAuthFailure } from "./oauth-failure.ts";

/** No vowels, so that no code is a word; 20^8 codes, of which ten guesses in a quarter of an hour find none (RFC 8628 §6.1). */
const ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
const CODE_CHARS = 8;
/** Codes tried before giving up: two living ones being alike is already one in millions. */
const CODE_TRIES = 4;

export async function startDevice(
  c: Context<AppEnv>,
  client: OAuthClient,
  scope: string | undefined,
): Promise<DeviceAuthorization> {
  const { deps } = c.var;
  await limitAttempts(c, "device-start:network", callerNetwork(c).counted);
  const asked = scope?.split(" ") ?? defaultScopes(client);
  const scopes: string[] = Scope.options.filter((known) => asked.includes(known) && client.scopes.includes(known));
  if (asked.includes("openid")) scopes.unshift("openid");
  if (scopes.length === 0) throw new OAuthFailure("invalid_scope", "No scope that this client may ask for.");
  const deviceCode = newSecret();
  const hash = await sha256Hex(deviceCode);
  const now = deps.now();
  for (let tries = 0; tries < CODE_TRIES; tries++) {
    const userCode = newUserCode();
    const device = {
      hash,
      userCode,
      clientId: client.id,
      scopes,
      intervalSeconds: DEVICE_POLL_SECONDS,
      expiresAt: now + DEVICE_CODE_LIFE_MS,
    };
    if (!(await insertDevice(deps.db, device, now))) continue;
    const page = `${publicOrigin(c)}/device`;
    return {
      device_code: deviceCode,
      user_code: shown(userCode),
      verification_uri: page,
      verification_uri_complete: `${page}?user_code=${shown(userCode)}`,
      expires_in: DEVICE_CODE_LIFE_MS / 1000,
      interval: DEVICE_POLL_SECONDS,
    };
  }
  throw new AppError("storage-unavailable", "No code could be made; try again.");
}

/** @throws AppError not-found for a code that is unknown, decided or too old; too-many-requests for a guesser */
export async function lookUpDevice(c: Context<AppEnv>, typed: string): Promise<DeviceRequest> {
  const { deps, principal } = c.var;
  const userCode = typedCode(typed);
  const device = await guessDevice(c, userCode);
  const client = await findClient(deps.db, device.clientId);
  if (client === null) throw noSuchCode();
  return {
    client: { id: client.id, name: client.name },
    scopes: scopesAllowedTo(principal.role, device.scopes),
    userCode: shown(userCode),
  };
}

/** @throws as lookUpDevice */
export async function answerDevice(c: Context<AppEnv>, typed: string, isAllowed: boolean): Promise<void> {
  const { deps, principal } = c.var;
  const userCode = typedCode(typed);
  const device = await guessDevice(c, userCode);
  const decision = isAllowed ? "approved" : "denied";
  const answer = { userId: principal.userId, decision, authenticatedAt: principal.authenticatedAt } as const;
  const decided = await decideDevice(deps.db, userCode, answer, deps.now()).first();
  if (decided === null) throw noSuchCode();
  await recordAct(c, {
    action: isAllowed ? "oauth.granted" : "oauth.denied",
    subjectId: principal.userId,
    details: {
      client: device.clientId,
      scopes: scopesAllowedTo(principal.role, device.scopes).join(" "),
      isDevice: true,
    },
  });
}

export async function pollForDevice(
  c: Context<AppEnv>,
  client: OAuthClient,
  { device_code: deviceCode }: TokenRequest,
): Promise<TokenResponse> {
  const { deps } = c.var;
  if (deviceCode === undefined) throw new OAuthFailure("invalid_request", "device_code is needed.");
  const hash = await sha256Hex(deviceCode);
  const now = deps.now();
  const device = await pollDevice(deps.db, hash, client.id, DEVICE_POLL_TOLERANCE_MS, now);
  if (device === null || device.usedAt !== null)
    throw new OAuthFailure("invalid_grant", "The device code is unknown, used, or another client's.");
  if (device.expiresAt <= now) throw new OAuthFailure("expired_token", "The device code is too old; begin again.");
  if (device.decision === "denied") throw new OAuthFailure("access_denied", "The user said no.");
  if (device.decision === null)
    throw device.isTooSoon === 1
      ? new OAuthFailure("slow_down", "Wait five seconds longer between polls.")
      : new OAuthFailure("authorization_pending", "The user has not decided yet.");
  const grantId = deps.newId();
  const [made] = await deps.db.batch(
    exchangeDevice(deps.db, hash, { id: grantId, expiresAt: now + GRANT_IDLE_MS }, now),
  );
  const grant = made?.results.length === 1 ? await findGrant(deps.db, grantId) : null;
  if (grant === null) throw new OAuthFailure("invalid_grant", "The device code was used, or the account is closed.");
  return await issueTokens(c, grant, { generation: grant.generation, openid: { nonce: null } });
}

/** Counts every guess, and forgets those that hit. */
async function guessDevice(c: Context<AppEnv>, userCode: string): Promise<{ clientId: string; scopes: string[] }> {
  const { deps, principal } = c.var;
  await limitAttempts(c, "device-code:account", principal.userId);
  const device = await findUndecidedDevice(deps.db, userCode, deps.now());
  if (device === null) throw noSuchCode();
  await uncountAttempt(c, "device-code:account", principal.userId);
  return device;
}

const noSuchCode = (): AppError => new AppError("not-found", "No device waits with this code; it may be too old.");

function newUserCode(): string {
  const letters: string[] = [];
  // Bytes beyond the last multiple of the alphabet would make its first letters likelier.
  const fair = 256 - (256 % ALPHABET.length);
  while (letters.length < CODE_CHARS)
    for (const byte of crypto.getRandomValues(new Uint8Array(CODE_CHARS)))
      if (byte < fair && letters.length < CODE_CHARS) letters.push(ALPHABET[byte % ALPHABET.length] ?? "");
  return letters.join("");
}

const shown = (userCode: string): string => `${userCode.slice(0, 4)}-${userCode.slice(4)}`;
/** As typed: any case, with whatever between the letters. */
const typedCode = (typed: string): string => typed.toUpperCase().replace(/[^A-Z]/g, "");
