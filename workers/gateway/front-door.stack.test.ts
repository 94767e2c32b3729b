// Who gets in, what every answer looks like, and what the service says about itself.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueApiKey, issueSignInLink } from "../../local/local-state.ts";
import { ErrorCode, PROBLEM_BY_CODE, Problem } from "../../shared/contracts/errors.ts";
import { Health } from "../../shared/contracts/health.ts";
import { type ProgressFrame, ProgressSnapshot } from "../../shared/contracts/progress.ts";
import { pngPhoto } from "../../tests/fixtures/png-photo.ts";
import { type Caller, openTestPlatform, postForm, type TestPlatform } from "../../tests/fixtures/test-platform.ts";

let platform: TestPlatform;
let owner: Caller;
let origin: string;

beforeAll(async () => {
  platform = await openTestPlatform();
  owner = platform.as(0);
  origin = platform.stack.url;
});
afterAll(() => platform.close());

const ownerId = () => platform.stack.users[0]?.id ?? "";
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

async function signIn(
  headers: Record<string, string> = {},
): Promise<{ cookie: string; token: string; response: Response }> {
  const token = new URL(await issueSignInLink(platform.stack.db, ownerId(), origin, Date.now())).hash.replace(
    "#token=",
    "",
  );
  const response = await platform.anonymous("/api/v1/auth/link", {
    method: "POST",
    headers: { "content-type": "application/json", origin, ...headers },
    body: JSON.stringify({ token }),
  });
  return { cookie: (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "", token, response };
}

describe("every problem", () => {
  it("is RFC 9457 with code, fix and the request's id, and its type leads somewhere", async () => {
    const response = await owner("/api/v1/nothing", { headers: { "x-request-id": "my-request-1" } });
    const problem = Problem.parse(await response.json());
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(problem).toMatchObject({
      status: 404,
      code: "not-found",
      trace_id: "my-request-1",
      instance: "/api/v1/nothing",
    });
    expect(response.headers.get("x-request-id")).toBe("my-request-1");
    const page = await fetch(problem.type);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(problem.fix)]);
  });

  it("has a page, a title and a fix", async () => {
    for (const code of ErrorCode.options) {
      const { title, fix } = PROBLEM_BY_CODE[code];
      expect(await (await platform.anonymous(`/problems/${code}`)).text()).toContain(title);
      expect(fix.length).toBeGreaterThan(10);
    }
  });

  it("is sent for a body that is no JSON, and for a method nobody serves", async () => {
    const bad = await owner("/api/v1/batches", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(await codeOf(bad)).toEqual([400, "invalid-request"]);
    expect((await owner("/api/v1/photos", { method: "PUT" })).status).toBeGreaterThanOrEqual(404);
  });
});

describe("an API key", () => {
  it.each(["", "Bearer", "Bearer nonsense", "Bearer hg_unknownunknownunknownunknown", "Basic aGc6aGc="])(
    "%j opens nothing",
    async (authorization) => {
      const response = await platform.anonymous("/api/v1/photos", {
        headers: authorization === "" ? {} : { authorization },
      });
      expect(response.headers.get("www-authenticate")).toBe(
        authorization === "" ? "Bearer" : 'Bearer error="invalid_token"',
      );
      expect(await codeOf(response)).toEqual([401, "unauthenticated"]);
    },
  );

  it("that may only read may not write", async () => {
    const key = await issueApiKey(platform.stack.db, ownerId(), "reader", Date.now(), ["photo.read"]);
    const call = (path: string, init: RequestInit = {}) =>
      platform.anonymous(path, { ...init, headers: { authorization: `Bearer ${key}` } });
    expect((await call("/api/v1/photos")).status).toBe(200);
    expect(await codeOf(await call("/api/v1/photos", { method: "POST" }))).toEqual([403, "forbidden"]);
  });

  it("that was revoked opens nothing", async () => {
    const key = await issueApiKey(platform.stack.db, ownerId(), "old", Date.now());
    await platform.stack.db.prepare(`UPDATE api_keys SET revoked_at = 1 WHERE name = 'old'`).run();
    expect((await platform.anonymous("/api/v1/photos", { headers: { authorization: `Bearer ${key}` } })).status).toBe(
      401,
    );
  });

  it("is stored only as a hash", async () => {
    const dump = JSON.stringify((await platform.stack.db.prepare(`SELECT * FROM api_keys`).all()).results);
    for (const { apiKey } of platform.stack.users) expect(dump).not.toContain(apiKey);
  });
});

describe("a sign-in link", () => {
  it("opens one session, once, with a cookie that scripts cannot read", async () => {
    const { cookie, token, response } = await signIn();
    expect(response.status).toBe(200);
    expect(response.headers.get("set-cookie")).toMatch(/HttpOnly/i);
    expect(response.headers.get("set-cookie")).toMatch(/SameSite=Lax/i);
    const me = await platform.anonymous("/api/v1/auth/userinfo", { headers: { cookie } });
    expect(await me.json()).toMatchObject({ sub: ownerId(), role: "owner" });
    const again = await platform.anonymous("/api/v1/auth/link", {
      method: "POST",
      headers: { "content-type": "application/json", origin },
      body: JSON.stringify({ token }),
    });
    expect(await codeOf(again)).toEqual([401, "unauthenticated"]);
  });

  it("used twenty times at once opens one session", async () => {
    const token = new URL(await issueSignInLink(platform.stack.db, ownerId(), origin, Date.now())).hash.replace(
      "#token=",
      "",
    );
    const use = () =>
      platform.anonymous("/api/v1/auth/link", {
        method: "POST",
        headers: { "content-type": "application/json", origin },
        body: JSON.stringify({ token }),
      });
    const statuses = (await Promise.all(Array.from({ length: 20 }, use))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  it("ends the session of whoever was signed in in this browser", async () => {
    const { cookie: before } = await signIn();
    const { cookie: after } = await signIn({ cookie: before });
    const statusOf = async (cookie: string) =>
      (await platform.anonymous("/api/v1/auth/userinfo", { headers: { cookie } })).status;
    expect([await statusOf(before), await statusOf(after)]).toEqual([401, 200]);
  });

  it("signing out ends the session", async () => {
    const { cookie } = await signIn();
    expect(
      (await platform.anonymous("/api/v1/auth/logout", { method: "POST", headers: { cookie, origin } })).status,
    ).toBe(200);
    expect((await platform.anonymous("/api/v1/auth/userinfo", { headers: { cookie } })).status).toBe(401);
  });
});

describe("another site", () => {
  it.each([
    [{ origin: "https://evil.example" }],
    [{ "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
    [{ "sec-fetch-site": "same-site", origin: "https://sub.example" }],
    [{}],
  ])("with the session's cookie and %j may not write", async (headers) => {
    const { cookie } = await signIn();
    const response = await platform.anonymous("/api/v1/batches", {
      method: "POST",
      headers: { cookie, "content-type": "application/json", ...headers },
      body: "{}",
    });
    expect(await codeOf(response)).toEqual([403, "cross-site-request"]);
  });

  it("may not open the session's socket either", async () => {
    const { cookie } = await signIn();
    const response = await platform.stack.miniflare.dispatchFetch(`${origin}/api/v1/progress/live`, {
      headers: { upgrade: "websocket", cookie, origin: "https://evil.example" },
    });
    expect(response.status).toBe(403);
  });
});

describe("live progress", () => {
  it("over the socket equals polling, and 304 says that nothing changed", async () => {
    const frames: ProgressFrame[] = [];
    const response = await platform.stack.miniflare.dispatchFetch(`${origin}/api/v1/progress/live`, {
      headers: { upgrade: "websocket", authorization: `Bearer ${platform.stack.users[0]?.apiKey}` },
    });
    const socket = response.webSocket;
    if (!socket) throw new Error(`no socket: ${response.status}`);
    socket.accept();
    socket.addEventListener("message", ({ data }) => void frames.push(JSON.parse(data as string)));
    await postForm(owner, "live.png", pngPhoto(32, 32, 200));
    await expect
      .poll(() => frames.at(-1)?.kind === "delta" && frames.at(-1), { timeout: 20_000 })
      .toMatchObject({ counters: { phase: "done", received: 1, index: { done: 1 } } });
    const polled = await owner("/api/v1/progress");
    const snapshot = ProgressSnapshot.parse(await polled.json());
    const last = frames.at(-1);
    expect(last?.seq).toBe(snapshot.seq);
    expect(last?.kind === "delta" && last.counters.thumbnail).toEqual(snapshot.thumbnail);
    const etag = polled.headers.get("etag") ?? "";
    expect(etag).toBe(`"${snapshot.seq}"`);
    expect((await owner("/api/v1/progress", { headers: { "if-none-match": etag } })).status).toBe(304);
    socket.close();
  });

  it("asked without an upgrade says how to ask", async () => {
    expect(await codeOf(await owner("/api/v1/progress/live"))).toEqual([426, "upgrade-required"]);
  });
});

describe("about itself", () => {
  it("health names every dependency and says plainly that recognition models are missing", async () => {
    const health = Health.parse(await (await platform.anonymous("/health")).json());
    expect(health).toMatchObject({
      status: "degraded",
      recognition: false,
      checks: { d1: { state: "ok" }, r2: { state: "ok" }, queue: { state: "ok" }, hub: { state: "ok" } },
    });
    expect(health.checks.models.detail).toContain("not installed");
    for (const path of ["/health/live", "/health/ready", "/api/v1/health"])
      expect((await platform.anonymous(path)).status).toBe(200);
  });

  it("the OpenAPI document gives every operation an id, a summary and its problems", async () => {
    const document = (await (await platform.anonymous("/api/v1/openapi.json")).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId?: string; summary?: string; responses: object }>>;
    };
    expect(document.openapi).toBe("3.1.0");
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(operations.length).toBeGreaterThan(18);
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    for (const { path, method, operation } of operations) expect(operation.summary, `${method} ${path}`).toBeTruthy();
  });

  it("answers carry nosniff, a closed policy and no caching", async () => {
    const { headers } = await owner("/api/v1/photos");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
  });
});
