// The AUTH list, tokens: what forgers, thieves and careless clients send, through the door of the real stack.
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI_CLIENT_ID } from "../../shared/contracts/oauth.ts";
import { openTestPlatform, type TestPlatform } from "../fixtures/test-platform.ts";
import { newPkce, type OAuthFlows, oauthFlows, REDIRECT } from "./oauth-flows.ts";
import { type TestCredentials, testCredentials } from "./test-credentials.ts";

let platform: TestPlatform;
let make: TestCredentials;
let flows: OAuthFlows;
let owner: string;
beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  make = testCredentials(platform);
  flows = oauthFlows(platform, make);
  owner = platform.stack.users[0]?.id ?? "";
});
afterAll(() => platform.close());

const nowSeconds = () => Math.floor(Date.now() / 1000);
const goodClaims = () => ({
  iss: make.origin,
  aud: `${make.origin}/api/v1`,
  sub: owner,
  client_id: CLI_CLIENT_ID,
  grant_id: "01900000-0000-7000-8000-000000000000",
  scope: "photo.read",
  role: "owner",
  jti: "01900000-0000-7000-8000-000000000001",
  iat: nowSeconds() - 1,
  exp: nowSeconds() + 300,
});

describe("an access token", () => {
  beforeAll(async () => {
    await flows.signIn(owner);
  });

  it("opens what its scopes say, and nothing else", async () => {
    const { access_token: token } = await flows.signIn(owner, "photo.read");
    expect(await flows.read(token)).toBe(200);
    expect(await flows.read(token, "/api/v1/auth/userinfo")).toBe(403);
    expect((await rotateKeys(token)).status).toBe(403);
    expect(await flows.read(token, "/api/v1/oauth/request")).toBe(403);
  });

  it("is refused when it is signed by nobody, by a forger, or by the public key", async () => {
    expect(await flows.read(await make.signWithOurKey(goodClaims()))).toBe(200);
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwk = await exportJWK(publicKey);
    const keys = (await (await flows.call("/.well-known/jwks.json")).json()) as { keys: { kid: string; x: string }[] };
    const { kid = "", x = "" } = keys.keys[0] ?? {};
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const unsigned = (alg: string) => `${encode({ alg, typ: "at+jwt", kid })}.${encode(goodClaims())}`;
    const forged = (header: Record<string, unknown>) =>
      new SignJWT(goodClaims()).setProtectedHeader({ alg: "ES256", typ: "at+jwt", ...header }).sign(privateKey);
    const symmetric = await new SignJWT(goodClaims())
      .setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid })
      .sign(Buffer.from(x, "base64url"));
    const tokens = [
      `${unsigned("none")}.`,
      `${unsigned("nOnE")}.`,
      `${unsigned("none")}.AAAA`,
      symmetric,
      await forged({ kid }),
      await forged({ kid, jwk }),
      await forged({ kid, jku: "https://evil.example/jwks.json" }),
      await forged({ kid: "../../etc/passwd" }),
      await forged({ kid: "' OR 1=1 --" }),
      await forged({ kid: `${kid}\u0000` }),
      await forged({ kid: "k".repeat(10_000) }),
      await forged({}),
    ];
    for (const token of tokens) expect(await flows.read(token), token.slice(0, 60)).toBe(401);
  });

  it("is refused with a wrong claim, though we signed it", async () => {
    for (const wrong of [
      { iss: "https://evil.example" },
      { iss: `${make.origin}/` },
      { aud: make.origin },
      { aud: CLI_CLIENT_ID },
      { exp: nowSeconds() - 30 },
      { nbf: nowSeconds() + 60 },
      { iat: nowSeconds() + 60 },
      { exp: undefined },
      { sub: undefined },
      { sub: "1 OR 1=1" },
      { role: "root" },
      { scope: undefined },
      { scope: "everything" },
    ])
      expect(
        await flows.read(await make.signWithOurKey({ ...goodClaims(), ...wrong })),
        JSON.stringify(wrong),
      ).not.toBe(200);
    for (const header of [
      { typ: "JWT" },
      { typ: undefined },
      { typ: "logout+jwt" },
      { crit: ["x"], x: 1 },
      { kid: "x" },
    ])
      expect(await flows.read(await make.signWithOurKey(goodClaims(), header).catch(() => "a.b.c"))).toBe(401);
  });

  it("is nothing an ID token can stand in for", async () => {
    const { id_token: idToken = "", scope } = await flows.signIn(owner, "openid photo.read", { nonce: "n-1" });
    expect(scope).toBe("openid photo.read");
    expect(idToken.split(".")).toHaveLength(3);
    expect(await flows.read(idToken)).toBe(401);
  });

  it("gives no admin scope to a member, whoever signed what", async () => {
    const member = platform.stack.users[1]?.id ?? "";
    const { scope, access_token: token } = await flows.signIn(member, "photo.read admin.read admin.write");
    expect(scope).toBe("photo.read");
    expect((await rotateKeys(token)).status).toBe(403);
    // A token that claims the role: what counts is the role its user has.
    const claiming = await make.token(member, { role: "admin" });
    expect((await rotateKeys((claiming["authorization"] ?? "").slice("Bearer ".length))).status).toBe(403);
  });

  it("opens no admin route once its user is demoted or locked", async () => {
    const admin = await make.user({ name: "Admin for now", role: "admin" });
    const { access_token: token } = await flows.signIn(admin, "admin.read admin.write");
    expect((await rotateKeys(token)).status).toBe(200);
    await platform.stack.db.prepare(`UPDATE users SET role = 'member' WHERE id = ?`).bind(admin).run();
    expect((await rotateKeys(token)).status).toBe(403);
    await platform.stack.db
      .prepare(`UPDATE users SET role = 'admin', status = 'disabled' WHERE id = ?`)
      .bind(admin)
      .run();
    expect((await rotateKeys(token)).status).toBe(403);
  });

  it("opens no admin route once its grant is revoked, or where there is none", async () => {
    const admin = await make.user({ name: "Admin of a revoked program", role: "admin" });
    const revoked = await make.token(admin, { role: "admin", isGrantRevoked: true });
    expect((await rotateKeys((revoked["authorization"] ?? "").slice("Bearer ".length))).status).toBe(401);
    const ofNoGrant = { ...goodClaims(), sub: admin, role: "admin", scope: "admin.read admin.write" };
    expect((await rotateKeys(await make.signWithOurKey(ofNoGrant))).status).toBe(401);
  });

  const rotateKeys = (token: string) =>
    flows.call("/api/v1/admin/signing-keys/rotate", { method: "POST", headers: { authorization: `Bearer ${token}` } });
});

describe("an authorization code", () => {
  const exchange = (code: string, verifier: string, more: Record<string, string> = {}) =>
    flows.token({
      grant_type: "authorization_code",
      client_id: CLI_CLIENT_ID,
      redirect_uri: "http://127.0.0.1:5555/callback",
      code,
      code_verifier: verifier,
      ...more,
    });
  const newCode = async (more: Record<string, string> = {}) => {
    const pkce = newPkce();
    const query = flows.authorizationQuery(pkce, more);
    return { ...pkce, code: await flows.codeFor(await make.session(owner), query) };
  };

  it("is used once: a second use ends what the first one brought", async () => {
    const { code, verifier } = await newCode();
    const first = await exchange(code, verifier);
    expect(first.status).toBe(200);
    expect(await exchange(code, verifier)).toMatchObject({ status: 400, error: "invalid_grant" });
    const refreshToken = String(first.body["refresh_token"]);
    expect(await flows.grantOf(refreshToken)).toMatchObject({ because: "reuse" });
    expect(await flows.refresh(refreshToken)).toMatchObject({ error: "invalid_grant" });
    expect((await flows.audited("oauth.code-reuse")).at(-1)?.subjectId).toBe(owner);
  });

  it("is used once by twenty at once", async () => {
    const { code, verifier } = await newCode();
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(code, verifier)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    const won = answers.find(({ status }) => status === 200);
    if (won !== undefined)
      expect(await flows.refresh(String(won.body["refresh_token"]))).toMatchObject({ error: "invalid_grant" });
  });

  it("is worth nothing without its verifier, at another address, for another client, or later", async () => {
    const other = await flows.client(owner, { kind: "app", scopes: ["photo.read"], redirectUris: [REDIRECT] });
    const { code, verifier, challenge } = await newCode();
    const wrong = [
      await exchange(code, newPkce().verifier),
      await exchange(code, challenge),
      await exchange(code, "short"),
      await exchange(code, verifier, { redirect_uri: "http://127.0.0.1:5556/callback" }),
      await exchange(code, verifier, { redirect_uri: "http://127.0.0.1:5555/callback/" }),
      await exchange(code, verifier, { client_id: other.id }),
      await exchange(`${code}A`, verifier),
    ];
    for (const answer of wrong) expect(answer).toMatchObject({ status: 400, error: "invalid_grant" });
    for (const missing of ["code_verifier", "redirect_uri", "code"])
      expect(await exchange(code, verifier, { [missing]: "" })).toMatchObject({ error: "invalid_request" });
    await platform.stack.db
      .prepare(`UPDATE oauth_codes SET expires_at = ? WHERE used_at IS NULL`)
      .bind(Date.now())
      .run();
    expect(await exchange(code, verifier)).toMatchObject({ error: "invalid_grant" });
  });

  it("is nothing for an account that was locked a moment before", async () => {
    const user = await make.user({ name: "Locked soon" });
    const pkce = newPkce();
    const code = await flows.codeFor(await make.session(user), flows.authorizationQuery(pkce));
    await platform.stack.db.prepare(`UPDATE users SET status = 'disabled' WHERE id = ?`).bind(user).run();
    expect(await exchange(code, pkce.verifier)).toMatchObject({ error: "invalid_grant" });
  });
});

describe("an authorization request", () => {
  const authorize = (query: string) => flows.call(`/api/v1/auth/authorize?${query}`);
  const query = (more: Record<string, string | null> = {}) => flows.authorizationQuery(newPkce(), more);

  it("goes on to our own page, with nothing added", async () => {
    const asked = query();
    const response = await authorize(asked);
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe(`/authorize?${asked}`);
  });

  it.each([
    "http://127.0.0.1:5555/callback/..",
    "http://127.0.0.1:5555/callback?x=1",
    "http://127.0.0.1:5555/callback#x",
    "http://127.0.0.1:5555/other",
    "http://127.0.0.1:99999/callback",
    "http://127.0.0.1:0/callback",
    "http://127.0.0.1.evil.example:5555/callback",
    "http://127.0.0.1@evil.example/callback",
    "http://user@127.0.0.1:5555/callback",
    "http://localhost:5555/callback",
    "https://127.0.0.1:5555/callback",
    "HTTP://127.0.0.1:5555/callback",
    "http://127.1:5555/callback",
    "//evil.example/callback",
    "\\\\evil.example",
    "/callback",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://evil.example/callback",
    "",
  ])("sends nobody to the unregistered %j", async (redirectUri) => {
    const response = await authorize(query({ redirect_uri: redirectUri }));
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
    expect(response.headers.get("content-type")).toContain("application/problem+json");
  });

  it("sends nobody anywhere for an unknown client, or parameters sent twice", async () => {
    const service = await flows.client(owner, { kind: "service", scopes: ["photo.read"] });
    for (const asked of [
      query({ client_id: "nobody" }),
      query({ client_id: service.id }),
      query({ client_id: null }),
      `${query()}&redirect_uri=https://evil.example`,
      `${query()}&client_id=x`,
      `${query()}&state=y`,
      `${query()}&state=${"x".repeat(9000)}`,
    ])
      expect((await authorize(asked)).status, asked.slice(0, 200)).toBe(400);
  });

  it.each([
    [{ code_challenge: null }, "invalid_request"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
    [{ code_challenge_method: null }, "invalid_request"],
    [{ code_challenge: "too-short" }, "invalid_request"],
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ response_type: "code id_token" }, "unsupported_response_type"],
    [{ response_mode: "fragment" }, "invalid_request"],
    [{ request: "e30." }, "invalid_request"],
    [{ request_uri: "https://evil.example" }, "invalid_request"],
    [{ scope: "everything" }, "invalid_scope"],
    [{ prompt: "none" }, "consent_required"],
    [{ max_age: "-1" }, "invalid_request"],
  ] as const)("tells the client what is wrong with %j, and who says so", async (more, error) => {
    const response = await authorize(query(more));
    expect(response.status).toBe(302);
    const to = new URL(response.headers.get("location") ?? "");
    expect(to.origin + to.pathname).toBe("http://127.0.0.1:5555/callback");
    expect(to.searchParams.get("error")).toBe(error);
    expect(to.searchParams.get("state")).toBe("a state");
    expect(to.searchParams.get("iss")).toBe(make.origin);
  });

  it("is granted only by the person, at our own page", async () => {
    const asked = query();
    const { cookie } = await make.session(owner);
    const crossSite = { cookie, origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const decide = (headers: Record<string, string>, body: unknown = { query: asked, isAllowed: true }) =>
      flows.postJson("/api/v1/oauth/decision", body, headers);
    expect((await decide(crossSite)).status).toBe(403);
    expect((await decide({})).status).toBe(401);
    expect((await decide(await make.key(owner))).status).toBe(403);
    const session = await make.session(owner);
    const wrong = query({ redirect_uri: "https://evil.example/callback" });
    expect((await decide(session, { query: wrong, isAllowed: true })).status).toBe(400);
    const denied = await flows.decide(session, asked, false);
    expect(denied.searchParams.get("error")).toBe("access_denied");
    expect(denied.searchParams.get("code")).toBeNull();
    const granted = await flows.decide(session, asked);
    expect(granted.searchParams.get("iss")).toBe(make.origin);
    expect(granted.searchParams.get("state")).toBe("a state");
  });

  it("is answered only to a fresh sign-in where the client asks for one", async () => {
    const stale = await make.session(owner, { authenticatedAgoMs: 10 * 60_000 });
    const body = (more: Record<string, string>) => ({ query: query(more), isAllowed: true });
    for (const more of [{ prompt: "login" }, { max_age: "300" }, { max_age: "0" }]) {
      expect((await flows.postJson("/api/v1/oauth/decision", body(more), stale)).status).toBe(403);
      expect((await flows.postJson("/api/v1/oauth/decision", body(more), await make.session(owner))).status).toBe(200);
    }
    expect((await flows.postJson("/api/v1/oauth/decision", body({ max_age: "900" }), stale)).status).toBe(200);
  });
});

describe("a refresh token", () => {
  it("is rotated by every use, and its predecessor used late ends the family", async () => {
    const first = (await flows.signIn(owner)).refresh_token ?? "";
    const second = String((await flows.refresh(first)).body["refresh_token"]);
    expect(second).not.toBe(first);
    const third = String((await flows.refresh(second)).body["refresh_token"]);
    expect(await flows.refresh(first)).toMatchObject({ status: 400, error: "invalid_grant" });
    expect(await flows.refresh(third)).toMatchObject({ error: "invalid_grant" });
    expect(await flows.grantOf(first)).toMatchObject({ because: "reuse" });
    expect((await flows.audited("oauth.token-reuse")).at(-1)?.subjectId).toBe(owner);
  });

  it("brings the same successor again within the grace, and ends the family after it", async () => {
    const first = (await flows.signIn(owner)).refresh_token ?? "";
    const answers = [await flows.refresh(first), await flows.refresh(first)];
    const [successor, again] = answers.map(({ body }) => String(body["refresh_token"]));
    expect(again).toBe(successor);
    await platform.stack.db
      .prepare(`UPDATE oauth_grants SET rotated_at = rotated_at - 10001 WHERE id = ?`)
      .bind((await flows.grantOf(first))?.id)
      .run();
    expect(await flows.refresh(first)).toMatchObject({ error: "invalid_grant" });
    expect(await flows.refresh(String(successor))).toMatchObject({ error: "invalid_grant" });
  });

  it("makes exactly one new generation of fifty uses at once", async () => {
    const first = (await flows.signIn(owner)).refresh_token ?? "";
    const answers = await Promise.all(Array.from({ length: 50 }, () => flows.refresh(first)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(new Set(answers.map(({ body }) => body["refresh_token"])).size).toBe(1);
    expect(await flows.grantOf(first)).toMatchObject({ generation: 2, revokedAt: null });
  });

  it("ends the family when fifty use an old one at once", async () => {
    const first = (await flows.signIn(owner)).refresh_token ?? "";
    const second = String((await flows.refresh(first)).body["refresh_token"]);
    const third = String((await flows.refresh(second)).body["refresh_token"]);
    const answers = await Promise.all(Array.from({ length: 50 }, () => flows.refresh(first)));
    expect(new Set(answers.map(({ error }) => error))).toEqual(new Set(["invalid_grant"]));
    expect(await flows.refresh(third)).toMatchObject({ error: "invalid_grant" });
  });

  it("is refused when it is forged, another client's, too old, or its user is locked", async () => {
    const other = await flows.client(owner, { kind: "app", scopes: ["photo.read"], redirectUris: [REDIRECT] });
    const good = (await flows.signIn(owner)).refresh_token ?? "";
    const [head = "", , mac = ""] = good.split(".");
    for (const forged of [
      `${head}.2.${mac}`,
      `${head}.1.${"A".repeat(43)}`,
      `hgr_01900000-0000-7000-8000-000000000000.1.${mac}`,
      `${good}A`,
      good.replace("hgr_", "hgx_"),
      "",
    ])
      expect((await flows.refresh(forged)).status, forged).toBe(400);
    expect(await flows.refresh(good, { client_id: other.id })).toMatchObject({ error: "invalid_grant" });
    expect(await flows.refresh(good, { scope: "photo.write" })).toMatchObject({ error: "invalid_scope" });
    expect((await flows.refresh(good)).status).toBe(200);

    const idle = (await flows.signIn(owner)).refresh_token ?? "";
    await platform.stack.db
      .prepare(`UPDATE oauth_grants SET expires_at = ? WHERE id = ?`)
      .bind(Date.now(), (await flows.grantOf(idle))?.id)
      .run();
    expect(await flows.refresh(idle)).toMatchObject({ error: "invalid_grant" });

    const user = await make.user({ name: "Locked later" });
    const theirs = (await flows.signIn(user)).refresh_token ?? "";
    // Also the token before, in its grace.
    expect((await flows.refresh(theirs)).status).toBe(200);
    for (const status of ["disabled", "closing"]) {
      await platform.stack.db.prepare(`UPDATE users SET status = ? WHERE id = ?`).bind(status, user).run();
      expect(await flows.refresh(theirs)).toMatchObject({ error: "invalid_grant" });
    }
  });
});

describe("a client", () => {
  it("proves who it is, in one way", async () => {
    const service = await flows.client(owner, { kind: "service", scopes: ["photo.read"] });
    const secret = service.clientSecret ?? "";
    const basic = (id: string, word: string) => ({
      authorization: `Basic ${Buffer.from(`${id}:${word}`).toString("base64")}`,
    });
    const ask = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      flows.token({ grant_type: "client_credentials", ...fields }, headers);
    expect((await ask({ client_id: service.id, client_secret: secret })).status).toBe(200);
    expect((await ask({}, basic(service.id, secret))).status).toBe(200);
    for (const answer of [
      await ask({ client_id: service.id }),
      await ask({ client_id: service.id, client_secret: `${secret}x` }),
      await ask({ client_id: service.id, client_secret: "" }),
      await ask({}, basic(service.id, "")),
      await ask({}, basic("nobody", secret)),
      await ask({}, { authorization: "Basic !!!" }),
      await ask({ client_id: CLI_CLIENT_ID, client_secret: "something" }),
      await ask({}),
    ])
      expect(answer).toMatchObject({ status: 401, error: "invalid_client" });
    expect(await ask({ client_secret: secret }, basic(service.id, secret))).toMatchObject({ error: "invalid_request" });
  });

  it("gets only what it is made for", async () => {
    const service = await flows.client(owner, { kind: "service", scopes: ["photo.read"] });
    const proof = { client_id: service.id, client_secret: service.clientSecret ?? "" };
    expect(await flows.token({ ...proof, grant_type: "authorization_code" })).toMatchObject({
      error: "unauthorized_client",
    });
    expect(await flows.token({ client_id: CLI_CLIENT_ID, grant_type: "client_credentials" })).toMatchObject({
      error: "unauthorized_client",
    });
    expect(await flows.token({ ...proof, grant_type: "password" })).toMatchObject({ error: "unsupported_grant_type" });
    expect(await flows.token({ ...proof, grant_type: "client_credentials", scope: "photo.write" })).toMatchObject({
      error: "invalid_scope",
    });
    expect(await flows.postForm("/device", proof)).toMatchObject({ error: "unauthorized_client" });
  });

  it("acts no more when its maker is locked, or it is removed", async () => {
    const maker = await make.user({ name: "Maker" });
    const service = await flows.client(maker, { kind: "service", scopes: ["photo.read"] });
    const proof = {
      grant_type: "client_credentials",
      client_id: service.id,
      client_secret: service.clientSecret ?? "",
    };
    expect((await flows.token(proof)).status).toBe(200);
    await platform.stack.db.prepare(`UPDATE users SET status = 'disabled' WHERE id = ?`).bind(maker).run();
    expect((await flows.token(proof)).status).toBe(400);
    await platform.stack.db.prepare(`UPDATE users SET status = 'active' WHERE id = ?`).bind(maker).run();
    const remove = async (userId: string) =>
      (
        await flows.call(`/api/v1/oauth/clients/${service.id}`, {
          method: "DELETE",
          headers: await make.session(userId),
        })
      ).status;
    // Not even the owner's to remove: a service is its maker's.
    expect(await remove(owner)).toBe(404);
    expect(await remove(maker)).toBe(204);
    expect(await flows.token(proof)).toMatchObject({ status: 401 });
  });

  it("is refused what is no form, or says something twice", async () => {
    const post = (body: string, type = "application/x-www-form-urlencoded") =>
      flows.call("/api/v1/auth/token", { method: "POST", body, headers: { "content-type": type } });
    for (const response of [
      await post("{}", "application/json"),
      await post("grant_type=x&grant_type=y"),
      await post(`grant_type=${"x".repeat(60_000)}`),
      await post(""),
    ]) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: "invalid_request" });
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
    expect((await post(`grant_type=${"x".repeat(70_000)}`)).status).toBe(400);
  });
});
