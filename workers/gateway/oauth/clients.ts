// Which programs may ask: those with a row, and those that are part of the product. How one proves who it is (RFC 6749 §2.3).
import type { Context } from "hono";
import { Scope } from "../../../shared/contracts/auth.ts";
import { CLI_CLIENT_ID } from "../../../shared/contracts/oauth.ts";
import { findOAuthClient } from "../../../shared/db/identity/oauth-client-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { sha256Hex } from "../identity/secrets.ts";
import { OAuthFailure } from "./oauth-failure.ts";

export type GrantType =
  | "authorization_code"
  | "refresh_token"
  | "urn:ietf:params:oauth:grant-type:device_code"
  | "client_credentials";
export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

export interface OAuthClient {
  readonly id: string;
  readonly name: string;
  readonly kind: "app" | "device" | "service";
  /** Whose it is; null for those of the product. */
  readonly userId: string | null;
  readonly secretHash: string | null;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly grantTypes: readonly GrantType[];
}

/** The command line signs in by device code, or by a browser on the same machine and a port of its choice (RFC 8252 §7.3). */
const CLI: OAuthClient = {
  id: CLI_CLIENT_ID,
  name: "Heliograph command line",
  kind: "device",
  userId: null,
  secretHash: null,
  redirectUris: ["http://127.0.0.1/callback", "http://[::1]/callback"],
  scopes: Scope.options,
  grantTypes: ["authorization_code", DEVICE_GRANT, "refresh_token"],
};

const GRANT_TYPES: Readonly<Record<OAuthClient["kind"], readonly GrantType[]>> = {
  app: ["authorization_code", "refresh_token"],
  device: [DEVICE_GRANT, "refresh_token"],
  service: ["client_credentials"],
};
/** Characters of a client's id; a longer one is not looked up. */
const CLIENT_ID_MAX_CHARS = 100;

export async function findClient(db: D1Database, id: string): Promise<OAuthClient | null> {
  if (id === CLI.id) return CLI;
  const row = id.length > CLIENT_ID_MAX_CHARS ? null : await findOAuthClient(db, id);
  return row === null ? null : { ...row, grantTypes: GRANT_TYPES[row.kind] };
}

/** What a client gets that asks for nothing in particular: what it was registered for, short of what outlasts a mistake. */
export function defaultScopes({ scopes }: Pick<OAuthClient, "scopes">): readonly string[] {
  return scopes.filter((scope) => !scope.startsWith("admin.") && scope !== "consent.write");
}

/** What a client of the product is called; null for others. */
export function builtInClient(id: string): Pick<OAuthClient, "id" | "name" | "kind"> | null {
  return id === CLI.id ? CLI : null;
}

/**
 * The client that makes this request: by HTTP Basic, by its secret in the form, or by its id alone where it has no secret.
 * @throws OAuthFailure invalid_client
 */
export async function authenticateClient(
  c: Context<AppEnv>,
  form: { readonly client_id?: string | undefined; readonly client_secret?: string | undefined },
): Promise<OAuthClient> {
  const basic = readBasic(c.req.header("authorization"));
  if (basic !== null && form.client_secret !== undefined)
    throw new OAuthFailure("invalid_request", "Authenticate in one way, not in two.");
  if (basic !== null && form.client_id !== undefined && form.client_id !== basic.id)
    throw new OAuthFailure("invalid_request", "Two different clients are named.");
  const id = basic?.id ?? form.client_id;
  if (id === undefined) throw new OAuthFailure("invalid_client", "No client is named.");
  const secret = basic === null ? form.client_secret : basic.secret;
  const client = await findClient(c.var.deps.db, id);
  const isKnown = client !== null && (await isItsSecret(client.secretHash, secret));
  if (!isKnown) throw new OAuthFailure("invalid_client", "The client is unknown, or did not prove who it is.");
  return client;
}

/** A public client has none, and may send an empty one. */
async function isItsSecret(secretHash: string | null, secret: string | undefined): Promise<boolean> {
  if (secretHash === null) return secret === undefined || secret === "";
  return secret !== undefined && isSameText(await sha256Hex(secret), secretHash);
}

/** In constant time for texts of one length. */
export function isSameText(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let position = 0; position < one.length; position++)
    difference |= one.charCodeAt(position) ^ other.charCodeAt(position);
  return difference === 0;
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined. */
function readBasic(header: string | undefined): { id: string; secret: string } | null {
  if (header === undefined) return null;
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  try {
    const [, id, secret] = /^([^:]*):([\s\S]*)$/.exec(atob(encoded ?? "")) ?? [];
    if (id !== undefined && id !== "" && secret !== undefined)
      return { id: decodeFormText(id), secret: decodeFormText(secret) };
  } catch {
    // Not base64, or not form-encoded: refused below.
  }
  throw new OAuthFailure("invalid_client", "The Authorization header is not HTTP Basic.");
}

const decodeFormText = (text: string): string => decodeURIComponent(text.replaceAll("+", " "));
