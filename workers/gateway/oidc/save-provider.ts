// An admin names a provider: it is asked at once who it is, so that what is wrong is found by who can put it right.
import type { Context } from "hono";
import type { Provider, PutProvider } from "../../../shared/contracts/admin.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PROVIDERS_MAX } from "../../../shared/contracts/limits.ts";
import { findProvider, type ProviderRow, upsertProvider } from "../../../shared/db/identity/provider-queries.ts";
import { SIGNATURE_ALGORITHMS } from "../../../shared/tokens/key-set.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "../identity/audit.ts";
import { addressPolicy } from "./address-policy.ts";
import { redirectUri } from "./begin-visit.ts";
import { discoverNow, UnusableProvider } from "./discover-provider.ts";

/** What a preset fills in where nothing is said. */
const ROLE_CLAIM_BY_PRESET = { generic: null, keycloak: "realm_access.roles" } as const;

export function describeProvider(c: Context<AppEnv>, row: ProviderRow): Provider {
  const { clientSecretSealed, ...provider } = row;
  return { ...provider, hasClientSecret: clientSecretSealed !== null, redirectUri: redirectUri(c, row.id) };
}

/** @throws AppError invalid-request, with the field and the reason · limit-reached */
export async function saveProvider(
  c: Context<AppEnv>,
  id: string,
  { clientSecret, ...said }: PutProvider,
): Promise<Provider> {
  const { db, now, vault } = c.var.deps;
  await checkIssuer(c, said.issuer);
  const before = await findProvider(db, id);
  if (before?.clientSecretSealed != null && before.issuer !== said.issuer && clientSecret === undefined)
    throw refuse("clientSecret", "is the other issuer's: enter the one of this issuer.");
  const roleClaim = said.roleClaim ?? ROLE_CLAIM_BY_PRESET[said.preset];
  const sealed = clientSecret === undefined ? null : await vault.seal("provider-secret", id, clientSecret);
  const saved = await upsertProvider(db, id, { ...said, roleClaim }, sealed, PROVIDERS_MAX, now()).first();
  if (saved === null) {
    if (before === null) throw new AppError("limit-reached", `There are ${PROVIDERS_MAX} providers already.`);
    throw refuse("issuer", "cannot change while accounts are linked: remove this provider, or add another one.");
  }
  await recordAct(c, {
    action: "provider.changed",
    subjectId: null,
    details: {
      provider: id,
      issuer: said.issuer,
      allowSignUp: said.allowSignUp,
      trustEmail: said.trustEmail,
      isEnabled: said.isEnabled,
      isNewSecret: clientSecret !== undefined,
    },
  });
  const row = await findProvider(db, id);
  if (row === null) throw new AppError("not-found", "Somebody has just removed this provider.");
  return describeProvider(c, row);
}

async function checkIssuer(c: Context<AppEnv>, issuer: string): Promise<void> {
  try {
    const { id_token_signing_alg_values_supported: algorithms } = await discoverNow(
      issuer,
      addressPolicy(c),
      c.var.deps.now(),
    );
    if (algorithms !== undefined && !SIGNATURE_ALGORITHMS.some((known) => algorithms.includes(known)))
      throw new UnusableProvider(`The provider signs with none of ${SIGNATURE_ALGORITHMS.join(", ")}.`);
  } catch (cause) {
    if (cause instanceof UnusableProvider) throw refuse("issuer", cause.message);
    // One sentence for every way in which it did not answer: nobody maps a network with it.
    throw refuse(
      "issuer",
      "No provider answers there: its /.well-known/openid-configuration could not be read.",
      cause,
    );
  }
}

function refuse(field: "issuer" | "clientSecret", message: string, cause?: unknown): AppError {
  return new AppError("invalid-request", `/${field}: ${message}`, {
    errors: [{ pointer: `/${field}`, message }],
    cause,
  });
}
