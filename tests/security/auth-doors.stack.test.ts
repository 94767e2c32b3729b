// The AUTH list, doors: guessing who has an account, using twice what opens once, planting sessions, trying for ever, and every
// lie an authenticator can tell; on the real stack.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueSignInLink } from "../../local/local-state.ts";
import { ATTEMPT_LIMITS } from "../../shared/contracts/limits.ts";
import type { WebAuthnOptions } from "../../shared/contracts/sign-in.ts";
import { hashPassword } from "../../workers/gateway/identity/password-hash.ts";
import { Browser, signedInBrowser } from "../fixtures/browser.ts";
import { type MailServer, openMailServer } from "../fixtures/mail-server.ts";
import { type Lies, SoftAuthenticator } from "../fixtures/soft-authenticator.ts";
import { openTestPlatform, type TestPlatform } from "../fixtures/test-platform.ts";

const AUTH = "/api/v1/auth";
const PASSWORD = "correct horse battery";
const KNOWN = "known@example.org";

let platform: TestPlatform;
let mail: MailServer;
let origin: string;
let device: SoftAuthenticator;
let visitors = 0;

beforeAll(async () => {
  mail = await openMailServer();
  platform = await openTestPlatform({
    users: 3,
    gatewayVariables: { SMTP_URL: mail.url, MAIL_FROM: "photos@heliograph.example" },
  });
  origin = platform.stack.url;
  const { db } = platform.stack;
  await db.batch([
    db
      .prepare(`UPDATE users SET email = ?2, email_verified_at = 1, password_hash = ?3 WHERE id = ?1`)
      .bind(platform.stack.users[1]?.id, KNOWN, hashPassword(PASSWORD)),
    db.prepare(
      `INSERT INTO settings (name, value, changed_at) VALUES ('identity', '{"passwords":true,"registration":"open"}', 0)`,
    ),
  ]);
  device = new SoftAuthenticator(origin);
  const owner = await signedInBrowser(platform, 0, "192.0.2.1");
  const options = await owner.ask<WebAuthnOptions>("POST", `${AUTH}/passkeys/options`);
  await owner.ask("POST", `${AUTH}/passkeys`, { response: device.create(options) }, 201);
});
afterAll(async () => {
  await platform.close();
  await mail.close();
});

/** Each from a network of its own. */
function visitor(): Browser {
  visitors++;
  return new Browser(origin, `2001:db8:${visitors.toString(16)}::1`);
}

async function printedToken(n = 0): Promise<string> {
  const link = await issueSignInLink(platform.stack.db, platform.stack.users[n]?.id ?? "", origin, Date.now());
  return new URL(link).hash.replace("#token=", "");
}

/** All that an answer tells, but for what is different in every answer. */
async function toldBy(response: Response): Promise<unknown> {
  const { "x-request-id": _id, date: _date, "set-cookie": _cookie, ...headers } = Object.fromEntries(response.headers);
  const body = (await response.text()).replace(/"trace_id":"[^"]*"/, "").replace(/\d+ (seconds|minutes)/, "a while");
  return { status: response.status, headers: { ...headers, "content-length": null, "retry-after": null }, body };
}

describe("nobody learns who has an account", () => {
  it.each<[string, string, (email: string) => object]>([
    ["a link by mail", `${AUTH}/email`, (email) => ({ email })],
    ["registering", `${AUTH}/register`, (email) => ({ name: "Eve", email })],
    ["a wrong password", `${AUTH}/login`, (email) => ({ email, password: "wrong wrong wrong" })],
  ])("from the answer to %s", async (_, path, body) => {
    const [known, unknown] = await Promise.all(
      [KNOWN, "unknown@example.org"].map(async (email) => toldBy(await visitor().send("POST", path, body(email)))),
    );
    expect(known).toEqual(unknown);
  });

  it("from the limit of an address", async () => {
    const until429 = async (email: string) => {
      for (let n = 1; ; n++)
        if ((await visitor().send("POST", `${AUTH}/login`, { email, password: "no no no no" })).status === 429)
          return n;
    };
    await platform.stack.db
      .prepare(`UPDATE users SET email = 'second@example.org', email_verified_at = 1 WHERE id = ?`)
      .bind(platform.stack.users[2]?.id)
      .run();
    expect(await until429("second@example.org")).toBe(await until429("third@example.org"));
  });

  it("from the passkeys that are asked for", async () => {
    const options = await visitor().ask<WebAuthnOptions>("POST", `${AUTH}/passkeys/sign-in/options`);
    expect(JSON.stringify(options)).not.toContain(device.credentials[0]?.id);
  });
});

describe("what opens once opens once", () => {
  it("a link: of twenty at once, one gets in, and none after", async () => {
    const token = await printedToken();
    const open = async () => (await visitor().send("POST", `${AUTH}/link`, { token })).status;
    const statuses = await Promise.all(Array.from({ length: 20 }, open));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await open()).toBe(401);
  });

  it("a link that is too old", async () => {
    const token = await printedToken();
    await platform.stack.db.prepare(`UPDATE sign_in_links SET expires_at = 1 WHERE used_at IS NULL`).run();
    expect((await visitor().send("POST", `${AUTH}/link`, { token })).status).toBe(401);
  });

  it("a passkey's challenge: of twenty at once, one gets in, and none after", async () => {
    const browser = visitor();
    const answer = device.get(await browser.ask("POST", `${AUTH}/passkeys/sign-in/options`));
    const use = async () => (await browser.send("POST", `${AUTH}/passkeys/sign-in`, answer)).status;
    const statuses = await Promise.all(Array.from({ length: 20 }, use));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await use()).toBe(401);
  });

  it("a passkey's challenge, in the browser that asked for it", async () => {
    const answer = device.get(await visitor().ask("POST", `${AUTH}/passkeys/sign-in/options`));
    expect((await visitor().send("POST", `${AUTH}/passkeys/sign-in`, answer)).status).toBe(401);
  });
});

describe("an authenticator's lie", () => {
  it.each<[string, Lies]>([
    ["about the origin", { origin: "https://evil.example" }],
    ["about the relying party", { rpId: "evil.example" }],
    ["about the challenge", { challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
    ["about what it answers", { type: "webauthn.create" }],
    ["about whose key it is", { userHandle: "c29tZWJvZHkgZWxzZQ" }],
    ["about its signature", { breaksSignature: true }],
    ["that leaves out the person", { isVerified: false }],
    ["told in another site's frame", { crossOrigin: true }],
    ["about how often it was used", { counter: 0 }],
  ])("%s signs nobody in", async (_, lies) => {
    const first = visitor();
    await first.ask(
      "POST",
      `${AUTH}/passkeys/sign-in`,
      device.get(await first.ask("POST", `${AUTH}/passkeys/sign-in/options`)),
    );
    const browser = visitor();
    const answer = device.get(await browser.ask("POST", `${AUTH}/passkeys/sign-in/options`), lies);
    expect(await browser.refusal("POST", `${AUTH}/passkeys/sign-in`, answer)).toBe("401 sign-in-failed");
    expect((await browser.send("GET", `${AUTH}/userinfo`)).status).toBe(401);
  });

  it("about certificates adds no passkey, and sends us nowhere", async () => {
    const owner = await signedInBrowser(platform, 0, "192.0.2.2");
    const attStmt = new Map<string, unknown>([
      ["alg", -7],
      ["sig", Buffer.from("s")],
      ["x5c", [Buffer.from("c")]],
    ]);
    const response = device.create(await owner.ask("POST", `${AUTH}/passkeys/options`), {
      attestation: { fmt: "packed", attStmt },
    });
    device.credentials.pop();
    expect(await owner.refusal("POST", `${AUTH}/passkeys`, { response })).toBe("400 invalid-request");
  });
});

describe("a session that somebody planted", () => {
  it("is not the one that signing in begins", async () => {
    const thief = await signedInBrowser(platform, 1, "192.0.2.3");
    const planted = thief.cookies.get("hg_session_local") ?? "";
    const victim = visitor();
    victim.cookies.set("hg_session_local", planted);
    await victim.ask("POST", `${AUTH}/link`, { token: await printedToken(0) });
    expect(victim.cookies.get("hg_session_local")).not.toBe(planted);
    expect(await victim.ask("GET", `${AUTH}/userinfo`)).toMatchObject({ name: "Owner" });
    // Nor does it go on beside it: signing in ends what the browser came with.
    expect((await thief.send("GET", `${AUTH}/userinfo`)).status).toBe(401);
  });

  it("is not begun from another site's page", async () => {
    const token = await printedToken(0);
    const forms = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    for (const [path, body] of [
      ["link", { token }],
      ["login", { email: KNOWN, password: PASSWORD }],
    ] as const)
      expect((await visitor().send("POST", `${AUTH}/${path}`, body, forms)).status, path).toBe(403);
  });
});

describe("trying for ever", () => {
  it("ends for an account, from however many networks, and from the right password too", async () => {
    const { most } = ATTEMPT_LIMITS["sign-in:account"];
    const attempt = async (password: string) =>
      (await visitor().send("POST", `${AUTH}/login`, { email: KNOWN, password })).status;
    await visitor().ask("POST", `${AUTH}/login`, { email: KNOWN, password: PASSWORD });
    const statuses = await Promise.all(Array.from({ length: most + 10 }, () => attempt("wrong wrong wrong")));
    expect(statuses.filter((status) => status === 401)).toHaveLength(most);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    expect(await attempt(PASSWORD)).toBe(429);
  });

  it("ends for a network, which is an IPv6 /64: more addresses of it are not more attempts", async () => {
    const { most } = ATTEMPT_LIMITS["register:network"];
    const look = async (address: string, headers: Record<string, string> = {}) =>
      (await new Browser(origin, address).send("POST", `${AUTH}/invitation`, { token: "x".repeat(43) }, headers))
        .status;
    for (let n = 0; n < most; n++) expect(await look(`2001:db8:ffff:1:${n.toString(16)}::1`)).toBe(403);
    expect(await look("2001:db8:ffff:1:dead:beef:0:1")).toBe(429);
    expect(await look("2001:db8:ffff:1::1", { "x-forwarded-for": "203.0.113.9", "x-real-ip": "203.0.113.9" })).toBe(
      429,
    );
    expect(await look("2001:db8:ffff:2::1")).toBe(403);
  });

  it("ends for letters to an address, which a stranger could otherwise fill", async () => {
    const { most } = ATTEMPT_LIMITS["mail:account"];
    const statuses = await Promise.all(
      Array.from(
        { length: most + 5 },
        async () => (await visitor().send("POST", `${AUTH}/email`, { email: "flood@example.org" })).status,
      ),
    );
    expect(statuses.filter((status) => status === 202)).toHaveLength(most);
  });

  it("leaves no address in the names of what counts it, nor in the log", async () => {
    const { results } = await platform.stack.db.prepare(`SELECT * FROM audit_events`).all();
    expect(JSON.stringify(results)).not.toContain("flood@example.org");
  });
});

describe("an invitation", () => {
  it("is not opened by a token made from its id", async () => {
    const owner = await signedInBrowser(platform, 0, "192.0.2.4");
    const { id } = await owner.ask<{ id: string }>(
      "POST",
      "/api/v1/admin/invitations",
      { email: "guest@example.org" },
      201,
    );
    for (const token of [`${id}.${"A".repeat(43)}`, `${id}.`, id, `${id}.${"A".repeat(43)}.x`])
      expect((await visitor().send("POST", `${AUTH}/invitation`, { token })).status).toBe(403);
  });
});
