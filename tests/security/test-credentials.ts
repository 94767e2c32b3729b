// Credentials of every kind and age, made where the platform keeps them: as rows, with the secrets only the test knows.
import { createHash, randomBytes } from "node:crypto";
import { type JWTHeaderParameters, SignJWT } from "jose";
import { uuidv7 } from "uuidv7";
import { secretOf } from "../../local/local-state.ts";
import { type AccountStatus, type Role, Scope } from "../../shared/contracts/auth.ts";
import { CLI_CLIENT_ID } from "../../shared/contracts/oauth.ts";
import { identityVault } from "../../workers/gateway/identity/identity-vault.ts";
import type { TestPlatform } from "../fixtures/test-platform.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface SessionFacts {
  readonly authenticatedAgoMs?: number;
  readonly seenAgoMs?: number;
  readonly endsInMs?: number;
  readonly isRevoked?: boolean;
}

export interface KeyFacts {
  readonly scopes?: readonly Scope[];
  readonly endsInMs?: number;
  readonly isRevoked?: boolean;
}

export interface TokenFacts {
  readonly scopes?: readonly Scope[];
  /** What the token says, whoever its user is. */
  readonly role?: Role;
  readonly endsInMs?: number;
  readonly type?: "at+jwt" | "JWT";
  /** Of the grant it came from. */
  readonly isGrantRevoked?: boolean;
}

export type Headers = Record<string, string>;

export function testCredentials({ stack, stateDir }: Pick<TestPlatform, "stack" | "stateDir">) {
  const { db } = stack;
  const origin = new URL(stack.url).origin;
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

  const vault = identityVault(secretOf(stateDir, "identity-secret"));

  /** A token signed with the installation's own key: what it holds is up to the test. */
  const signWithOurKey = async (
    claims: Record<string, unknown>,
    header: Record<string, unknown> = {},
  ): Promise<string> => {
    // The first look makes the key.
    await fetch(`${stack.url}/.well-known/jwks.json`);
    const row = await db
      .prepare(`SELECT kid, private_sealed AS sealed FROM signing_keys ORDER BY signs_from LIMIT 1`)
      .first<{ kid: string; sealed: string }>();
    if (row === null) throw new Error("no signing key");
    const jwk = JSON.parse(await vault.open("signing-key", row.kid, row.sealed)) as JsonWebKey;
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("jwk", jwk, curve, false, ["sign"]);
    return await new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: row.kid, ...header } as JWTHeaderParameters)
      .sign(key);
  };

  return {
    origin,
    /** The installation's vault: what only the gateway should be able to make. */
    vault,

    async user(facts: { name: string; role?: Role; status?: AccountStatus; email?: string }): Promise<string> {
      const id = uuidv7();
      await db
        .prepare(
          `INSERT INTO users (id, name, role, status, email, email_verified_at, delete_after, created_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
        )
        .bind(
          id,
          facts.name,
          facts.role ?? "member",
          facts.status ?? "active",
          facts.email ?? null,
          facts.email === undefined ? null : Date.now(),
          facts.status === "closing" ? Date.now() + DAY_MS : null,
          Date.now(),
        )
        .run();
      return id;
    },

    /** A session's cookie, and the Origin a browser would send. */
    async session(userId: string, facts: SessionFacts = {}): Promise<Headers & { readonly cookie: string }> {
      const secret = randomBytes(32).toString("base64url");
      await db
        .prepare(
          `INSERT INTO sessions (hash, id, user_id, method, authenticated_at, last_seen_at, created_at, expires_at, revoked_at)
           VALUES (?1, ?2, ?3, 'passkey', ?4, ?5, ?4, ?6, ?7)`,
        )
        .bind(
          sha256(secret),
          uuidv7(),
          userId,
          Date.now() - (facts.authenticatedAgoMs ?? 0),
          Date.now() - (facts.seenAgoMs ?? 0),
          Date.now() + (facts.endsInMs ?? DAY_MS),
          facts.isRevoked === true ? Date.now() : null,
        )
        .run();
      return { cookie: `hg_session_local=${secret}`, origin };
    },

    async key(userId: string, facts: KeyFacts = {}): Promise<Headers> {
      const key = `hg_${randomBytes(32).toString("base64url")}`;
      await db
        .prepare(
          `INSERT INTO api_keys (hash, id, prefix, user_id, name, scopes, created_at, expires_at, revoked_at)
           VALUES (?1, ?2, ?3, ?4, 'of a test', ?5, ?6, ?7, ?8)`,
        )
        .bind(
          sha256(key),
          uuidv7(),
          key.slice(0, 7),
          userId,
          JSON.stringify(facts.scopes ?? Scope.options),
          Date.now(),
          facts.endsInMs === undefined ? null : Date.now() + facts.endsInMs,
          facts.isRevoked === true ? Date.now() : null,
        )
        .run();
      return { authorization: `Bearer ${key}`, origin };
    },

    /** An access token as our issuer makes them, with the installation's own key. */
    async token(userId: string, facts: TokenFacts = {}): Promise<Headers> {
      const now = Math.floor(Date.now() / 1000);
      const grantId = uuidv7();
      await db
        .prepare(
          `INSERT INTO oauth_grants (id, client_id, user_id, scopes, generation, rotated_at, authenticated_at, created_at, expires_at, revoked_at)
           VALUES (?1, ?2, ?3, '[]', 1, ?4, ?4, ?4, ?5, ?6)`,
        )
        .bind(
          grantId,
          CLI_CLIENT_ID,
          userId,
          now * 1000,
          now * 1000 + DAY_MS,
          facts.isGrantRevoked === true ? now * 1000 : null,
        )
        .run();
      const token = await signWithOurKey(
        {
          iss: origin,
          aud: `${origin}/api/v1`,
          sub: userId,
          client_id: CLI_CLIENT_ID,
          grant_id: grantId,
          scope: (facts.scopes ?? Scope.options).join(" "),
          role: facts.role ?? "member",
          jti: uuidv7(),
          iat: now - 1,
          exp: now + Math.floor((facts.endsInMs ?? 5 * MINUTE_MS) / 1000),
          auth_time: now - 1,
        },
        { typ: facts.type ?? "at+jwt" },
      );
      return { authorization: `Bearer ${token}`, origin };
    },
    signWithOurKey,
  };
}

export type TestCredentials = ReturnType<typeof testCredentials>;
