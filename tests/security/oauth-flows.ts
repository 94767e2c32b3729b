// A program that asks for access, as the tests play it: every step apart, so that each can be done wrong.
import { createHash, randomBytes } from "node:crypto";
import type { Scope } from "../../shared/contracts/auth.ts";
import { CLI_CLIENT_ID, TokenResponse } from "../../shared/contracts/oauth.ts";
import type { TestPlatform } from "../fixtures/test-platform.ts";
import type { Headers, TestCredentials } from "./test-credentials.ts";

export const REDIRECT = "https://app.example/callback";

export interface TokenAnswer {
  readonly status: number;
  readonly error: string | undefined;
  readonly body: Record<string, unknown>;
}

export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

export function oauthFlows({ stack }: TestPlatform, make: TestCredentials) {
  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(stack.url + path, { redirect: "manual", ...init });
  const postJson = (path: string, body: unknown, headers: Headers = {}): Promise<Response> =>
    call(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  const postForm = async (
    path: string,
    fields: Record<string, string>,
    headers: Headers = {},
  ): Promise<TokenAnswer> => {
    const response = await call(`/api/v1/auth${path}`, { method: "POST", body: new URLSearchParams(fields), headers });
    const text = await response.text();
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    return { status: response.status, error: body["error"] as string | undefined, body };
  };
  const token = (fields: Record<string, string>, headers?: Headers) => postForm("/token", fields, headers);

  const authorizationQuery = (pkce: Pkce, more: Record<string, string | null> = {}): string => {
    const parameters = {
      client_id: CLI_CLIENT_ID,
      redirect_uri: "http://127.0.0.1:5555/callback",
      response_type: "code",
      scope: "photo.read",
      state: "a state",
      code_challenge: pkce.challenge,
      code_challenge_method: "S256",
      ...more,
    };
    return new URLSearchParams(
      Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== null),
    ).toString();
  };

  /** The user's answer; where the browser goes next. */
  const decide = async (session: Headers, query: string, isAllowed = true): Promise<URL> => {
    const response = await postJson("/api/v1/oauth/decision", { query, isAllowed }, session);
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return new URL(((await response.json()) as { redirectTo: string }).redirectTo);
  };

  const codeFor = async (session: Headers, query: string): Promise<string> =>
    (await decide(session, query)).searchParams.get("code") ?? "";

  return {
    call,
    postJson,
    postForm,
    token,
    authorizationQuery,
    decide,
    codeFor,

    /** Signed in, asked, allowed, exchanged: tokens of the command line's for this user. */
    async signIn(userId: string, scope = "photo.read", more: Record<string, string> = {}): Promise<TokenResponse> {
      const pkce = newPkce();
      const session = await make.session(userId);
      const code = await codeFor(session, authorizationQuery(pkce, { scope, ...more }));
      const answer = await token({
        grant_type: "authorization_code",
        client_id: CLI_CLIENT_ID,
        redirect_uri: "http://127.0.0.1:5555/callback",
        code,
        code_verifier: pkce.verifier,
      });
      return TokenResponse.parse(answer.body);
    },

    refresh: (refreshToken: string, more: Record<string, string> = {}) =>
      token({ grant_type: "refresh_token", client_id: CLI_CLIENT_ID, refresh_token: refreshToken, ...more }),

    /** A client made by its user, through the door. */
    async client(
      userId: string,
      body: { kind: "app" | "device" | "service"; scopes: Scope[]; redirectUris?: string[]; isPublic?: boolean },
    ): Promise<{ id: string; clientSecret: string | null }> {
      const session = await make.session(userId);
      const response = await postJson("/api/v1/oauth/clients", { name: "A program", ...body }, session);
      if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
      return (await response.json()) as { id: string; clientSecret: string | null };
    },

    /** The status of reading photos with this token, and what refused it. */
    async read(accessToken: string, path = "/api/v1/photos"): Promise<number> {
      const response = await call(path, { headers: { authorization: `Bearer ${accessToken}` } });
      await response.body?.cancel();
      return response.status;
    },

    async grantOf(refreshToken: string) {
      const id = /^hgr_([0-9a-f-]+)\./.exec(refreshToken)?.[1] ?? "";
      return await stack.db
        .prepare(
          `SELECT id, generation, revoked_at AS revokedAt, revoked_because AS because FROM oauth_grants WHERE id = ?`,
        )
        .bind(id)
        .first<{ id: string; generation: number; revokedAt: number | null; because: string | null }>();
    },

    async audited(action: string): Promise<{ subjectId: string; details: string }[]> {
      const { results } = await stack.db
        .prepare(`SELECT subject_id AS subjectId, details FROM audit_events WHERE action = ? ORDER BY id`)
        .bind(action)
        .all<{ subjectId: string; details: string }>();
      return results;
    },
  };
}

export type OAuthFlows = ReturnType<typeof oauthFlows>;
