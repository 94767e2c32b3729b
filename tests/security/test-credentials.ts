// Credentials of every kind and age, made where the platform keeps them: as rows, with the secrets only the test knows.
import { createHash, randomBytes } from "node:crypto";
import { uuidv7 } from "uuidv7";
import { secretOf } from "../../local/local-state.ts";
import { type AccountStatus, type Role, Scope } from "../../shared/contracts/auth.ts";
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

export type Headers = Record<string, string>;

export function testCredentials({ stack, stateDir }: Pick<TestPlatform, "stack" | "stateDir">) {
  const { db } = stack;
  const origin = new URL(stack.url).origin;
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

  return {
    origin,
    /** The installation's vault: what only the gateway should be able to make. */
    vault: identityVault(secretOf(stateDir, "identity-secret")),

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
  };
}

export type TestCredentials = ReturnType<typeof testCredentials>;
