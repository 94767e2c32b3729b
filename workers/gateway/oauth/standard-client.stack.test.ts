// Our authorization server as a certified client library finds it (oauth4webapi): discovery, every grant, ID tokens, and a
// resource server that verifies our access tokens with nothing but our key set.
import * as oauth from "oauth4webapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestPlatform, type TestPlatform } from "../../../tests/fixtures/test-platform.ts";
import { type OAuthFlows, oauthFlows, REDIRECT } from "../../../tests/security/oauth-flows.ts";
import { type TestCredentials, testCredentials } from "../../../tests/security/test-credentials.ts";

const LOOPBACK = { [oauth.allowInsecureRequests]: true };

let platform: TestPlatform;
let make: TestCredentials;
let flows: OAuthFlows;
let owner: string;
let server: oauth.AuthorizationServer;
beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  make = testCredentials(platform);
  flows = oauthFlows(platform, make);
  owner = platform.stack.users[0]?.id ?? "";
  const issuer = new URL(platform.stack.url);
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, LOOPBACK));
});
afterAll(() => platform.close());

/** The browser's part: arrives at the authorization endpoint, is sent to our page, and its user says yes there. */
async function visit(url: URL): Promise<URL> {
  const response = await fetch(url, { redirect: "manual" });
  const page = new URL(response.headers.get("location") ?? "", url);
  expect(page.pathname).toBe("/authorize");
  const session = await make.session(owner);
  const shown = await flows.call(`/api/v1/oauth/request${page.search}`, { headers: session });
  expect(shown.status).toBe(200);
  return await flows.decide(session, page.search.slice(1));
}

describe("a standard client", () => {
  it("finds one and the same document at both well-known addresses", async () => {
    const other = await oauth.processDiscoveryResponse(
      new URL(platform.stack.url),
      await oauth.discoveryRequest(new URL(platform.stack.url), { ...LOOPBACK, algorithm: "oauth2" }),
    );
    expect(other).toEqual(server);
    expect(server.jwks_uri).toBe(`${make.origin}/.well-known/jwks.json`);
  });

  it.each(["public", "confidential"])(
    "signs in with code, PKCE, state and nonce as a %s app, and refreshes",
    async (type) => {
      const made = await flows.client(owner, {
        kind: "app",
        scopes: ["photo.read", "account.read"],
        redirectUris: [REDIRECT],
        isPublic: type === "public",
      });
      const client = { client_id: made.id };
      const proof = made.clientSecret === null ? oauth.None() : oauth.ClientSecretBasic(made.clientSecret);
      const verifier = oauth.generateRandomCodeVerifier();
      const nonce = oauth.generateRandomNonce();
      const state = oauth.generateRandomState();
      const url = new URL(server.authorization_endpoint ?? "");
      url.search = new URLSearchParams({
        client_id: made.id,
        redirect_uri: REDIRECT,
        response_type: "code",
        scope: "openid photo.read account.read",
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        nonce,
      }).toString();
      const callback = oauth.validateAuthResponse(server, client, await visit(url), state);
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        proof,
        callback,
        REDIRECT,
        verifier,
        LOOPBACK,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
        expectedNonce: nonce,
        requireIdToken: true,
        maxAge: 300,
      });
      await oauth.validateApplicationLevelSignature(server, response, LOOPBACK);
      const claims = oauth.getValidatedIdTokenClaims(tokens);
      expect(claims?.sub).toBe(owner);
      expect(tokens.scope).toBe("openid photo.read account.read");

      const info = await oauth.processUserInfoResponse(
        server,
        client,
        owner,
        await oauth.userInfoRequest(server, client, tokens.access_token, LOOPBACK),
      );
      expect(info.sub).toBe(owner);

      const refreshed = await oauth.processRefreshTokenResponse(
        server,
        client,
        await oauth.refreshTokenGrantRequest(server, client, proof, tokens.refresh_token ?? "", LOOPBACK),
      );
      expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
      expect(await flows.read(refreshed.access_token)).toBe(200);

      await oauth.processRevocationResponse(
        await oauth.revocationRequest(server, client, proof, refreshed.refresh_token ?? "", LOOPBACK),
      );
      expect(await flows.grantOf(tokens.refresh_token ?? "")).toMatchObject({ because: "client" });
    },
  );

  it("is told by whom an answer is, so that a mixed-up one is not taken", async () => {
    const client = { client_id: "heliograph-cli" };
    const session = await make.session(owner);
    const query = flows.authorizationQuery({ verifier: "", challenge: "c".repeat(43) }, { state: "s" });
    const callback = await flows.decide(session, query);
    expect(() => oauth.validateAuthResponse(server, client, callback, "s")).not.toThrow();
    expect(() =>
      oauth.validateAuthResponse({ ...server, issuer: "https://evil.example" }, client, callback, "s"),
    ).toThrow();
    expect(() => oauth.validateAuthResponse(server, client, callback, "another state")).toThrow();
    callback.searchParams.delete("iss");
    expect(() => oauth.validateAuthResponse(server, client, callback, "s")).toThrow();
  });

  it("signs in on a device whose person has a browser elsewhere", async () => {
    const client = { client_id: "heliograph-cli" };
    const started = await oauth.processDeviceAuthorizationResponse(
      server,
      client,
      await oauth.deviceAuthorizationRequest(server, client, oauth.None(), { scope: "openid photo.read" }, LOOPBACK),
    );
    expect(started.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(started.verification_uri_complete).toBe(`${make.origin}/device?user_code=${started.user_code}`);
    const poll = () => oauth.deviceCodeGrantRequest(server, client, oauth.None(), started.device_code, LOOPBACK);
    await expect(oauth.processDeviceCodeResponse(server, client, await poll())).rejects.toMatchObject({
      error: "authorization_pending",
    });
    await expect(oauth.processDeviceCodeResponse(server, client, await poll())).rejects.toMatchObject({
      error: "slow_down",
    });

    const session = await make.session(owner);
    const typed = started.user_code.toLowerCase().replace("-", " ");
    const found = await flows.postJson("/api/v1/oauth/device/lookup", { userCode: typed }, session);
    expect(await found.json()).toEqual({
      client: { id: "heliograph-cli", name: "Heliograph command line" },
      scopes: ["photo.read"],
      userCode: started.user_code,
    });
    const decide = (isAllowed: boolean) =>
      flows.postJson("/api/v1/oauth/device/decision", { userCode: typed, isAllowed }, session);
    expect((await decide(true)).status).toBe(204);
    expect((await decide(false)).status).toBe(404);

    const answers = await Promise.all(Array.from({ length: 10 }, poll));
    const good = answers.filter(({ status }) => status === 200);
    expect(good).toHaveLength(1);
    for (const { body } of answers) if (good[0]?.body !== body) await body?.cancel();
    const [response] = good;
    if (response === undefined) return;
    const tokens = await oauth.processDeviceCodeResponse(server, client, response);
    expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe(owner);
    expect(await flows.read(tokens.access_token)).toBe(200);
  });

  it("is told that the person said no, or that the code is too old", async () => {
    const start = async () => (await flows.postForm("/device", { client_id: "heliograph-cli" })).body;
    const poll = (code: unknown) =>
      flows.token({
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        client_id: "heliograph-cli",
        device_code: String(code),
      });
    const denied = await start();
    const session = await make.session(owner);
    const answer = { userCode: denied["user_code"], isAllowed: false };
    await flows.postJson("/api/v1/oauth/device/decision", answer, session);
    expect(await poll(denied["device_code"])).toMatchObject({ error: "access_denied" });
    const old = await start();
    await platform.stack.db
      .prepare(`UPDATE oauth_devices SET expires_at = ? WHERE decision IS NULL`)
      .bind(Date.now())
      .run();
    expect(await poll(old["device_code"])).toMatchObject({ error: "expired_token" });
    expect(await poll("made up")).toMatchObject({ error: "invalid_grant" });
  });

  it("acts for its maker as a service, by either way to prove who it is", async () => {
    const made = await flows.client(owner, { kind: "service", scopes: ["photo.read", "photo.write"] });
    const client = { client_id: made.id };
    for (const proof of [oauth.ClientSecretBasic, oauth.ClientSecretPost]) {
      const tokens = await oauth.processClientCredentialsResponse(
        server,
        client,
        await oauth.clientCredentialsGrantRequest(
          server,
          client,
          proof(made.clientSecret ?? ""),
          { scope: "photo.read" },
          LOOPBACK,
        ),
      );
      expect(tokens.scope).toBe("photo.read");
      expect(tokens.refresh_token).toBeUndefined();
      expect(await flows.read(tokens.access_token)).toBe(200);
    }
  });

  it("gives a resource server tokens that it can verify by itself (RFC 9068)", async () => {
    const { access_token: token } = await flows.signIn(owner, "photo.read");
    const request = new Request("https://resource.example", { headers: { authorization: `Bearer ${token}` } });
    const claims = await oauth.validateJwtAccessToken(server, request, `${make.origin}/api/v1`, LOOPBACK);
    expect(claims).toMatchObject({ sub: owner, client_id: "heliograph-cli", scope: "photo.read" });
    expect(claims.exp - claims.iat).toBe(300);
  });

  it("may be a page of another site, which reads answers and sends no cookie", async () => {
    const headers = { origin: "https://app.example" };
    for (const path of ["token", "refresh", "revoke", "device"]) {
      const asked = await flows.call(`/api/v1/auth/${path}`, {
        method: "OPTIONS",
        headers: { ...headers, "access-control-request-method": "POST" },
      });
      expect(asked.status).toBe(204);
      expect(asked.headers.get("access-control-allow-origin")).toBe("*");
      expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
    }
    const refused = await flows.call("/api/v1/auth/token", {
      method: "POST",
      headers,
      body: new URLSearchParams({ grant_type: "x" }),
    });
    expect(refused.headers.get("access-control-allow-origin")).toBe("*");
    const keys = await flows.call("/.well-known/jwks.json", { headers });
    expect(keys.headers.get("access-control-allow-origin")).toBe("*");
    expect(keys.headers.get("cache-control")).toBe("public, max-age=300");
    const photos = await flows.call("/api/v1/photos", { headers });
    expect(photos.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("refreshes with a JSON body as well", async () => {
    const { refresh_token: refreshToken } = await flows.signIn(owner);
    const ask = (body: unknown) => flows.postJson("/api/v1/auth/refresh", body);
    const response = await ask({ refresh_token: refreshToken, client_id: "heliograph-cli" });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ token_type: "Bearer", expires_in: 300 });
    expect((await ask([])).status).toBe(400);
    expect((await ask({ client_id: "heliograph-cli" })).status).toBe(400);
  });
});

describe("a person", () => {
  it("sees what acts for them, and ends it", async () => {
    const { refresh_token: refreshToken = "" } = await flows.signIn(owner, "photo.read");
    const grant = await flows.grantOf(refreshToken);
    const list = async (userId: string) =>
      (await (await flows.call("/api/v1/oauth/grants", { headers: await make.session(userId) })).json()) as {
        items: { id: string; client: object; scopes: string[] }[];
      };
    expect((await list(owner)).items.find(({ id }) => id === grant?.id)).toMatchObject({
      client: { id: "heliograph-cli", name: "Heliograph command line", kind: "device" },
      scopes: ["photo.read"],
    });
    const stranger = platform.stack.users[1]?.id ?? "";
    expect((await list(stranger)).items).toEqual([]);
    const end = async (userId: string) =>
      (
        await flows.call(`/api/v1/oauth/grants/${grant?.id}`, {
          method: "DELETE",
          headers: await make.session(userId),
        })
      ).status;
    expect(await end(stranger)).toBe(404);
    expect(await end(owner)).toBe(204);
    expect(await end(owner)).toBe(404);
    expect(await flows.refresh(refreshToken)).toMatchObject({ error: "invalid_grant" });
    const { sockets } = (await platform.stack.db
      .prepare(`SELECT sockets_closed_at AS sockets FROM oauth_grants WHERE id = ?`)
      .bind(grant?.id)
      .first<{ sockets: number | null }>()) ?? { sockets: null };
    expect(sockets).not.toBeNull();
  });

  it("is asked less when they have said yes before", async () => {
    const user = await make.user({ name: "Twice" });
    const session = await make.session(user);
    const known = async (scope: string) => {
      const query = flows.authorizationQuery({ verifier: "", challenge: "c".repeat(43) }, { scope });
      const response = await flows.call(`/api/v1/oauth/request?${query}`, { headers: session });
      return ((await response.json()) as { isKnown: boolean }).isKnown;
    };
    expect(await known("photo.read")).toBe(false);
    await flows.signIn(user, "photo.read");
    expect(await known("photo.read")).toBe(true);
    expect(await known("photo.read photo.write")).toBe(false);
  });

  it("guesses device codes ten times, and then waits", async () => {
    const session = await make.session(await make.user({ name: "Guesser" }));
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess++)
      statuses.push((await flows.postJson("/api/v1/oauth/device/lookup", { userCode: "BBBB-BBBB" }, session)).status);
    expect(statuses).toEqual([...Array(10).fill(404), 429, 429]);
  });

  it("makes services only, unless they are an admin; and no more than fifty programs", async () => {
    const member = await make.user({ name: "Member" });
    const session = await make.session(member);
    const create = (body: object) =>
      flows.postJson("/api/v1/oauth/clients", { name: "x", kind: "service", scopes: ["photo.read"], ...body }, session);
    expect((await create({ kind: "app", redirectUris: [REDIRECT] })).status).toBe(403);
    expect((await create({ kind: "device" })).status).toBe(403);
    expect((await create({ scopes: ["admin.read"] })).status).toBe(400);
    expect((await create({ redirectUris: [REDIRECT] })).status).toBe(400);
    const uris = Array.from({ length: 11 }, (_, n) => `${REDIRECT}/${n}`);
    expect((await create({ kind: "app", redirectUris: uris })).status).toBe(400);
    expect((await create({ name: "x".repeat(61) })).status).toBe(400);
    const statuses = (await Promise.all(Array.from({ length: 60 }, () => create({})))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(50);
    expect(statuses.filter((status) => status === 409)).toHaveLength(10);
  });
});

describe("the signing key", () => {
  const keys = async () =>
    ((await (await flows.call("/.well-known/jwks.json")).json()) as { keys: { kid: string; d?: string }[] }).keys;

  it("is published without its private half, and its successor before it signs", async () => {
    const rotate = async () =>
      flows.call("/api/v1/admin/signing-keys/rotate", { method: "POST", headers: await make.session(owner) });
    const [first] = await keys();
    const rotated = (await (await rotate()).json()) as { kid: string; signsFrom: string };
    expect(rotated.kid).not.toBe(first?.kid);
    expect(Date.parse(rotated.signsFrom)).toBeGreaterThan(Date.now() + 14 * 60_000);
    // A second call while it waits makes no third.
    expect(await (await rotate()).json()).toEqual(rotated);
    const published = await keys();
    expect(published.map(({ kid }) => kid).toSorted()).toEqual([first?.kid, rotated.kid].toSorted());
    expect(published.some((key) => "d" in key)).toBe(false);
    const { access_token: token } = await flows.signIn(owner);
    expect(JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid).toBe(first?.kid);
    expect(await flows.audited("signing-key.rotated")).toHaveLength(1);
  });
});

describe("a network", () => {
  it("begins sixty device sign-ins in a quarter of an hour, and then waits", async () => {
    let last = await flows.postForm("/device", { client_id: "heliograph-cli" });
    for (let start = 0; start < 60 && last.status === 200; start++)
      last = await flows.postForm("/device", { client_id: "heliograph-cli" });
    expect(last).toMatchObject({ status: 429, error: "slow_down" });
  });
});
