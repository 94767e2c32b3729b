// What a hostile page could do with a signed-in browser, and what a hostile file could do with a page: forged requests, framing,
// cross-origin reading, sniffing, names and addresses of user bytes. On the real platform.

import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowPicturesFrom, buildWeb } from "../../local/build-web.ts";
import { ROOT } from "../../local/worker-configs.ts";
import type { UserInfo } from "../../shared/contracts/auth.ts";
import type { Photo } from "../../shared/contracts/photos.ts";
import { pngPhoto } from "../fixtures/png-photo.ts";
import { openTestPlatform, sha256Of, type TestPlatform } from "../fixtures/test-platform.ts";
import { type Headers, type TestCredentials, testCredentials } from "./test-credentials.ts";

const EVIL = "https://evil.example";
const PICTURE = pngPhoto(64, 48, 9);

let platform: TestPlatform;
let make: TestCredentials;
let userId: string;
let session: Headers;
let photo: Photo;
/** `/media/<grant>` of the session. */
let base: string;

beforeAll(async () => {
  await buildWeb();
  platform = await openTestPlatform();
  make = testCredentials(platform);
  userId = await make.user({ name: "Alice" });
  session = await make.session(userId);
  photo = await upload(session, "a.png", "image/png");
  base = await mediaBaseOf(session);
});
afterAll(() => platform.close());

const call = (path: string, headers: Headers = {}, init: RequestInit = {}) =>
  platform.anonymous(path, { ...init, headers });
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

async function upload(headers: Headers, name: string, type: string, bytes = PICTURE): Promise<Photo> {
  const form = new FormData();
  form.set("file", new File([bytes], name, { type }));
  const response = await call("/api/v1/photos", headers, { method: "POST", body: form });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Photo;
}

async function mediaBaseOf(headers: Headers): Promise<string> {
  const { mediaBase } = (await (await call("/api/v1/auth/userinfo", headers)).json()) as UserInfo;
  if (mediaBase === null) throw new Error("a session has a media base");
  return mediaBase;
}

describe("a forged request", () => {
  const FORMS = [
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/json",
  ];
  const ACTS = [
    ["POST", "/api/v1/auth/sessions/end-others"],
    ["POST", "/api/v1/auth/logout"],
    ["POST", "/api/v1/auth/link"],
    ["POST", "/api/v1/api-keys"],
    ["POST", "/api/v1/progress/ticket"],
    ["POST", "/api/v1/photos"],
    ["POST", "/api/v1/batches"],
  ] as const;
  const SITES: [string, Headers][] = [
    ["another site's page", { origin: EVIL, "sec-fetch-site": "cross-site" }],
    ["a sibling's page", { origin: "https://other.localhost", "sec-fetch-site": "same-site" }],
    ["a sandboxed page", { origin: "null", "sec-fetch-site": "cross-site" }],
    ["a browser without Fetch Metadata", { origin: EVIL }],
    ["nobody knows where", {}],
  ];

  it.each(SITES)("from %s does nothing, whatever form it is sent as", async (_, site) => {
    const { cookie = "" } = session;
    for (const [method, path] of ACTS)
      for (const type of FORMS) {
        const headers = { cookie, "content-type": type, ...site };
        const response = await call(path, headers, { method, body: `{"name":"x","scopes":["photo.read"],"y":"="}` });
        expect(await codeOf(response), `${path} ${type}`).toEqual([403, "cross-site-request"]);
      }
    expect((await call("/api/v1/auth/userinfo", session)).status).toBe(200);
  });

  it.each([
    "application/x-www-form-urlencoded",
    "text/plain",
    "TEXT/PLAIN; charset=utf-8",
    "multipart/form-data; boundary=x",
  ])("that got past the first lock is not taken as %s", async (type) => {
    // A route that reads no body would never find out.
    const response = await call(
      "/api/v1/progress/ticket",
      { ...session, "content-type": type },
      { method: "POST", body: "x" },
    );
    expect(await codeOf(response)).toEqual([400, "invalid-request"]);
  });

  it("does not sign a browser in as somebody else", async () => {
    const response = await call(
      "/api/v1/auth/link",
      { origin: EVIL, "content-type": "text/plain" },
      { method: "POST", body: `{"token":"${"A".repeat(43)}"}` },
    );
    expect(await codeOf(response)).toEqual([403, "cross-site-request"]);
  });

  it("is told apart from our own page's, whose requests are taken", async () => {
    const { cookie = "", origin = "" } = session;
    for (const headers of [
      { cookie, origin },
      { cookie, origin, "sec-fetch-site": "same-origin" },
    ])
      expect((await call("/api/v1/auth/sessions/end-others", headers, { method: "POST" })).status).toBe(200);
  });
});

describe("another origin's script", () => {
  it("may read nothing: no answer names an origin, whoever asks", async () => {
    for (const path of [
      "/api/v1/photos",
      "/api/v1/auth/userinfo",
      "/health",
      "/api/v1/nothing",
      `${base}/photos/${photo.id}/original`,
    ])
      for (const origin of [EVIL, "null", session["origin"] ?? ""])
        for (const method of ["GET", "OPTIONS"]) {
          const asks = {
            ...session,
            origin,
            "access-control-request-method": "PUT",
            "access-control-request-headers": "x",
          };
          const { headers } = await call(path, asks, { method });
          const named = [...headers.keys()].filter((name) => name.startsWith("access-control-"));
          expect(named, `${method} ${path} ${origin}`).toEqual([]);
        }
  });

  it("is kept from embedding and opening us", async () => {
    for (const path of ["/api/v1/photos", "/problems/not-found", "/api/v1/nothing"]) {
      const { headers } = await call(path, session);
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    }
  });
});

describe("every answer of the API", () => {
  it.each([
    "/api/v1/photos",
    "/api/v1/auth/userinfo",
    "/problems/not-found",
    "/api/v1/nothing",
    "/api/v1/openapi.json",
    "/health",
  ])("%s has the headers of a closed door", async (path) => {
    const { headers } = await call(path, session);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("strict-transport-security")).toMatch(/max-age=\d{8}/);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*base-uri 'none'.*form-action 'none'/);
    expect(headers.get("vary")).toBe("Cookie, Authorization");
    expect(headers.get("permissions-policy")).toContain("geolocation=()");
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

describe("the page", () => {
  const policy =
    /Content-Security-Policy: (.*)/.exec(readFileSync(join(ROOT, "web/public/_headers"), "utf8"))?.[1] ?? "";

  it("runs no inline script, no evaluated string, and talks to its own origin only", () => {
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ])
      expect(policy.split("; ")).toContain(part);
  });

  it("shows pictures of the host they have, where they have one", () => {
    expect(allowPicturesFrom(null, policy)).toBe(policy);
    expect(allowPicturesFrom("https://pictures.example", policy)).toContain(
      "img-src 'self' https://pictures.example blob:",
    );
  });

  it("compiles no wasm; only the dither Worker's own script may", () => {
    const headers = readFileSync(join(ROOT, "web/public/_headers"), "utf8");
    const allowed = headers.split(/^(?=\/)/m).filter((rule) => rule.includes("unsafe"));
    expect(allowed.map((rule) => rule.split("\n")[0])).toEqual(["/assets/dither-worker-*"]);
    expect(allowed[0]).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'");
  });

  it("is sent with it", async () => {
    const { headers, status } = await call("/");
    expect([status, headers.get("content-security-policy")]).toEqual([200, policy]);
    expect(headers.get("x-frame-options")).toBe("DENY");
  });
});

describe("a media address", () => {
  const original = () => `${base}/photos/${photo.id}/original`;

  it("reads the owner's pictures without a cookie, as the API does with one", async () => {
    await expect.poll(async () => (await call(`${base}/photos/${photo.id}/renditions/w160.jpg`)).status).toBe(200);
    for (const path of ["original", "renditions/w160.jpg"]) {
      const plain = await call(`/api/v1/photos/${photo.id}/${path}?g=1`, session);
      const granted = await call(`${base}/photos/${photo.id}/${path}?g=1`);
      const bytes = new Uint8Array(await granted.arrayBuffer());
      expect(sha256Of(bytes)).toBe(sha256Of(new Uint8Array(await plain.arrayBuffer())));
      for (const name of ["etag", "content-type", "cache-control", "content-disposition", "accept-ranges"])
        expect(granted.headers.get(name), name).toBe(plain.headers.get(name));
    }
    const etag = (await call(original())).headers.get("etag") ?? "";
    expect((await call(original(), { "if-none-match": etag })).status).toBe(304);
    const part = await call(original(), { range: "bytes=0-9" });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
    expect((await call(original(), {}, { method: "HEAD" })).headers.get("content-length")).toBe(String(PICTURE.length));
  });

  it("hands out bytes that can run as nothing", async () => {
    const { headers } = await call(original());
    expect(headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("content-disposition")).toMatch(/^attachment; /);
    expect(headers.get("set-cookie")).toBeNull();
  });

  it("opens nothing for a grant that is not exactly ours", async () => {
    const grant = base.replace("/media/", "");
    const [id = "", mac = ""] = grant.split(".");
    const other = (await mediaBaseOf(await make.session(userId))).replace("/media/", "");
    const flipped = `${mac.startsWith("A") ? "B" : "A"}${mac.slice(1)}`;
    const forged = [
      "x",
      id,
      `${id}.`,
      `${id}.${flipped}`,
      `${id}.${mac}=`,
      `${id}.${mac}A`,
      `${id.toUpperCase()}.${mac}`,
      `${other.split(".")[0]}.${mac}`,
      `.${mac}`,
      encodeURIComponent(`${grant}\0`),
    ];
    for (const one of forged) {
      const response = await call(`/media/${one}/photos/${photo.id}/original`, session);
      expect([401, 404], one).toContain(response.status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it("is opened by its grant alone: neither cookie nor key counts there", async () => {
    const path = `/media/nothing/photos/${photo.id}/original`;
    expect((await call(path, session)).status).toBe(401);
    expect((await call(path, await make.key(userId))).status).toBe(401);
  });

  it("shows nobody else's pictures", async () => {
    const theirs = await mediaBaseOf(await make.session(await make.user({ name: "Mallory" })));
    const photos = `${theirs}/photos/${photo.id}`;
    for (const path of [`${photos}/original`, `${photos}/renditions/w160.jpg`, `${theirs}/faces/${photo.id}/crop.jpg`])
      expect(await codeOf(await call(path))).toEqual([404, "not-found"]);
  });

  it("reads pictures and nothing else", async () => {
    for (const path of ["/photos", `/photos/${photo.id}`, "/auth/userinfo", "/photos/layout", "", "/progress"])
      expect((await call(`${base}${path}`, session)).status, path).toBe(404);
    for (const method of ["PUT", "POST", "DELETE", "PATCH"])
      expect((await call(original(), session, { method })).status, method).toBe(405);
    const grant = base.replace("/media/", "");
    for (const headers of [{ authorization: `Bearer ${grant}` }, { cookie: `hg_session_local=${grant}` }])
      expect((await call("/api/v1/photos", headers)).status).toBe(401);
  });

  it.each(["logout", "expiry", "a locked account"])("ends with its session: %s", async (how) => {
    const id = await make.user({ name: "Bob" });
    const own = await make.session(id);
    const picture = await upload(own, "b.png", "image/png");
    const path = `${await mediaBaseOf(own)}/photos/${picture.id}/original`;
    expect((await call(path)).status).toBe(200);
    const { db } = platform.stack;
    if (how === "logout") await call("/api/v1/auth/logout", own, { method: "POST" });
    else if (how === "expiry") await db.prepare(`UPDATE sessions SET expires_at = 1 WHERE user_id = ?`).bind(id).run();
    else await db.prepare(`UPDATE users SET status = 'disabled' WHERE id = ?`).bind(id).run();
    expect((await call(path)).status).toBe(how === "a locked account" ? 403 : 401);
  });
});

describe("a hostile file", () => {
  it.each(["text/html", "image/svg+xml", "application/javascript", ""])(
    "sent as %j leaves as what it is",
    async (type) => {
      const { id } = await upload(session, "x.html", type, pngPhoto(20, 20, type.length));
      const { headers } = await call(`${base}/photos/${id}/original`);
      expect(headers.get("content-type")).toBe("image/png");
      expect(headers.get("content-disposition")).toMatch(/^attachment; /);
    },
  );

  it.each([
    ["line ends", "a\r\nSet-Cookie: x=1\r\n\r\n<script>.png"],
    ["quotes and separators", `a"; filename="evil.exe`],
    ["a percent sign", "100%41.png"],
    ["another reading direction", "photo\u202egpj.exe"],
    ["a NUL", "a\0.png"],
    ["300 characters", `${"ä".repeat(300)}.jpeg`],
    ["half a character", `${"a".repeat(144)}😀😀😀.png`],
    ["a path", "../../etc/passwd"],
    ["a Windows path", "C:\\Windows\\system32\\evil.dll"],
    ["nothing", "\u202e\r\n"],
    ["markup", "<img src=x onerror=alert(1)>.png"],
  ])("with a name of %s is offered under a harmless one", async (_, name) => {
    await platform.stack.db.prepare(`UPDATE photos SET filename = ?2 WHERE id = ?1`).bind(photo.id, name).run();
    const disposition = (await call(`${base}/photos/${photo.id}/original`)).headers.get("content-disposition") ?? "";
    // RFC 6266 with a quoted-string that needs no escape, and RFC 8187's ext-value: nothing else fits.
    const parts =
      /^attachment; filename="([\x20-\x21\x23-\x5b\x5d-\x7e]+)"; filename\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+)$/.exec(
        disposition,
      );
    expect(parts, disposition).not.toBeNull();
    const shown = decodeURIComponent(parts?.[2] ?? "");
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}/\\]/u);
    expect(shown.length).toBeLessThanOrEqual(150);
    expect(shown.isWellFormed()).toBe(true);
    if (name.endsWith(".jpeg")) expect(shown).toMatch(/\.jpeg$/);
  });
});

describe("pictures on a host of their own", () => {
  let apart: TestPlatform;
  let own: Headers;
  let picture: Photo;
  beforeAll(async () => {
    apart = await openTestPlatform({ gatewayVariables: { MEDIA_ORIGIN: "http://pictures.localhost:1234" } });
    const id = await testCredentials(apart).user({ name: "Alice" });
    own = await testCredentials(apart).session(id);
    const form = new FormData();
    form.set("file", new File([PICTURE], "a.png"));
    picture = (await (
      await apart.anonymous("/api/v1/photos", { method: "POST", body: form, headers: own })
    ).json()) as Photo;
  });
  afterAll(() => apart.close());

  /** As the edge would hand it over: the address names the host. */
  const onHost = (host: string, path: string, headers: Headers = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
      const { hostname, port } = new URL(apart.stack.url);
      const asked = request({ hostname, port, path, headers: { ...headers, host } }, async (response) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) }),
      );
      asked.once("error", reject);
      asked.end();
    });

  it("are answered there and nowhere else, and nothing else is answered there", async () => {
    const { mediaBase } = (await (await apart.anonymous("/api/v1/auth/userinfo", { headers: own })).json()) as UserInfo;
    expect(mediaBase).toMatch(/^http:\/\/pictures\.localhost:1234\/media\/[0-9a-f-]{36}\.[\w-]{43}$/);
    const { pathname } = new URL(mediaBase ?? "");
    const path = `${pathname}/photos/${picture.id}/original`;
    const there = await onHost("pictures.localhost:1234", path);
    expect([there.status, there.headers["cross-origin-resource-policy"]]).toEqual([200, "cross-origin"]);
    expect((await apart.anonymous(path)).status).toBe(404);
    for (const elsewhere of ["/api/v1/photos", "/api/v1/auth/userinfo", "/health", "/api/v1/auth/methods"])
      expect((await onHost("pictures.localhost:1234", elsewhere, own)).status, elsewhere).toBe(404);
  });
});
