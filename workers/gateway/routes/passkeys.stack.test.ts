// Passkeys through the front door, with an authenticator in software: what lets somebody in, and every lie that does not.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PASSKEYS_MAX_PER_USER } from "../../../shared/contracts/limits.ts";
import type { Passkey, WebAuthnOptions } from "../../../shared/contracts/sign-in.ts";
import { ageSessions, Browser, signedInBrowser } from "../../../tests/fixtures/browser.ts";
import { type Lies, SoftAuthenticator } from "../../../tests/fixtures/soft-authenticator.ts";
import { openTestPlatform, type TestPlatform } from "../../../tests/fixtures/test-platform.ts";

const PASSKEYS = "/api/v1/auth/passkeys";

let platform: TestPlatform;
let owner: Browser;
let device: SoftAuthenticator;
let origin: string;

beforeAll(async () => {
  platform = await openTestPlatform({ users: 3, attemptLimitFactor: 100 });
  origin = platform.stack.url;
  owner = await signedInBrowser(platform, 0);
  device = new SoftAuthenticator(origin);
  await addPasskey(owner, device);
});
afterAll(() => platform.close());

async function addPasskey(browser: Browser, authenticator: SoftAuthenticator, name?: string): Promise<Passkey> {
  const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/options`);
  const response = authenticator.create(options);
  return await browser.ask<Passkey>("POST", PASSKEYS, { response, ...(name === undefined ? {} : { name }) }, 201);
}

async function signIn(
  authenticator: SoftAuthenticator,
  lies: Lies = {},
  browser = new Browser(origin),
): Promise<string> {
  const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/sign-in/options`);
  const response = await browser.send("POST", `${PASSKEYS}/sign-in`, authenticator.get(options, lies));
  const { code } = (await response.json()) as { code?: string };
  const userinfo = await browser.send("GET", "/api/v1/auth/userinfo");
  return `${response.status} ${code ?? "signed in"}, then ${userinfo.status}`;
}

const actions = async (where = "1"): Promise<string[]> => {
  const { results } = await platform.stack.db
    .prepare(`SELECT action FROM audit_events WHERE ${where} ORDER BY id`)
    .all<{ action: string }>();
  return results.map(({ action }) => action);
};

const REFUSED = "401 sign-in-failed, then 401";

describe("signing in by a passkey", () => {
  it("needs no user name: the options name nobody, and the credential says whose it is", async () => {
    const browser = new Browser(origin);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/sign-in/options`);
    expect(options).toMatchObject({ rpId: "127.0.0.1", userVerification: "required" });
    expect(options.allowCredentials).toBeUndefined();
    await browser.ask("POST", `${PASSKEYS}/sign-in`, device.get(options));
    expect(await browser.ask("GET", "/api/v1/auth/userinfo")).toMatchObject({ name: "Owner", via: "session" });
    expect(await actions("action = 'sign-in.succeeded' AND details LIKE '%passkey%'")).not.toEqual([]);
  });

  it.each<[string, Lies]>([
    ["another origin", { origin: "https://heliograph.example" }],
    ["an origin that only begins like ours", { origin: "http://127.0.0.1.evil.example" }],
    ["another relying party", { rpId: "evil.example" }],
    ["a person who was not verified", { isVerified: false }],
    ["a person who was not there", { isPresent: false }],
    ["a frame of another site", { crossOrigin: true }],
    ["a challenge of its own", { challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
    ["the answer to a registration", { type: "webauthn.create" }],
    ["a broken signature", { breaksSignature: true }],
    ["another user's handle", { userHandle: Buffer.from("somebody else").toString("base64url") }],
    ["no user handle", { userHandle: null }],
    ["an unknown credential", { credentialId: "bm9ib2R5IGhhcyB0aGlz" }],
    ["a key that became a synced one", { isSynced: true }],
  ])("refuses %s", async (_, lies) => {
    expect(await signIn(device, lies)).toBe(REFUSED);
  });

  it("refuses a credential under another's id", async () => {
    const other = new SoftAuthenticator(origin);
    await addPasskey(await signedInBrowser(platform, 1), other);
    const victim = device.credentials[0];
    expect(await signIn(other, { credentialId: victim?.id ?? "", userHandle: victim?.userHandle ?? "" })).toBe(REFUSED);
  });

  it("takes a challenge once", async () => {
    const browser = new Browser(origin);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/sign-in/options`);
    const response = device.get(options);
    await browser.ask("POST", `${PASSKEYS}/sign-in`, response);
    expect(await browser.refusal("POST", `${PASSKEYS}/sign-in`, response)).toBe("401 sign-in-failed");
  });

  it("spends the challenge of a failed attempt too", async () => {
    const browser = new Browser(origin);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/sign-in/options`);
    const wrong = device.get(options, { breaksSignature: true });
    expect(await browser.refusal("POST", `${PASSKEYS}/sign-in`, wrong)).toBe("401 sign-in-failed");
    expect(await browser.refusal("POST", `${PASSKEYS}/sign-in`, device.get(options))).toBe("401 sign-in-failed");
  });

  it("lets exactly one of twenty parallel uses of an answer in", async () => {
    const browser = new Browser(origin);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/sign-in/options`);
    const response = device.get(options);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await browser.send("POST", `${PASSKEYS}/sign-in`, response)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  it("is bound to the browser that asked", async () => {
    const asked = new Browser(origin);
    const options = await asked.ask<WebAuthnOptions>("POST", `${PASSKEYS}/sign-in/options`);
    const thief = new Browser(origin);
    await thief.ask("POST", `${PASSKEYS}/sign-in/options`);
    expect(await thief.refusal("POST", `${PASSKEYS}/sign-in`, device.get(options))).toBe("401 sign-in-failed");
    expect(await new Browser(origin).refusal("POST", `${PASSKEYS}/sign-in`, device.get(options))).toBe(
      "401 sign-in-failed",
    );
  });

  it("is bound to its purpose: an answer to a confirmation signs nobody in", async () => {
    const browser = await signedInBrowser(platform, 0);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/confirm/options`);
    expect(await browser.refusal("POST", `${PASSKEYS}/sign-in`, device.get(options))).toBe("401 sign-in-failed");
  });

  it("is too late after five minutes", async () => {
    const browser = new Browser(origin);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/sign-in/options`);
    await platform.stack.db.prepare(`UPDATE challenges SET expires_at = expires_at - 5 * 60000`).run();
    expect(await browser.refusal("POST", `${PASSKEYS}/sign-in`, device.get(options))).toBe("401 sign-in-failed");
  });

  it("stores no challenge's secret", async () => {
    const browser = new Browser(origin);
    await browser.ask("POST", `${PASSKEYS}/sign-in/options`);
    const secret = browser.cookies.get("hg_challenge_local") ?? "";
    const { results } = await platform.stack.db.prepare(`SELECT * FROM challenges`).all();
    expect(secret).toHaveLength(43);
    expect(JSON.stringify(results)).not.toContain(secret);
  });

  it("refuses a key whose counter went back, and tells its owner's log", async () => {
    const copied = new SoftAuthenticator(origin);
    const browser = await signedInBrowser(platform, 2);
    await addPasskey(browser, copied);
    expect(await signIn(copied, { counter: 10 })).toBe("200 signed in, then 200");
    expect(await signIn(copied, { counter: 10 })).toBe(REFUSED);
    expect(await signIn(copied, { counter: 9 })).toBe(REFUSED);
    expect(await signIn(copied, { counter: 0 })).toBe(REFUSED);
    expect(await signIn(copied, { counter: 11 })).toBe("200 signed in, then 200");
    const id = platform.stack.users[2]?.id;
    expect(await actions(`action = 'passkey.counter-regressed' AND subject_id = '${id}'`)).toHaveLength(3);
  });

  it("lets a synced key be anywhere at once", async () => {
    const synced = new SoftAuthenticator(origin, { isSynced: true });
    const passkey = await addPasskey(await signedInBrowser(platform, 2), synced);
    expect(passkey.isSynced).toBe(true);
    expect(await signIn(synced, { counter: 5 })).toBe("200 signed in, then 200");
    expect(await signIn(synced, { counter: 2 })).toBe("200 signed in, then 200");
    expect(await signIn(synced)).toBe("200 signed in, then 200");
  });

  it("refuses a locked account, and says so to whoever proved that it is theirs", async () => {
    const locked = new SoftAuthenticator(origin);
    await addPasskey(await signedInBrowser(platform, 2), locked);
    const set = platform.stack.db.prepare(`UPDATE users SET status = ? WHERE id = ?`);
    await set.bind("disabled", platform.stack.users[2]?.id).run();
    expect(await signIn(locked)).toBe("403 account-disabled, then 401");
    await set.bind("active", platform.stack.users[2]?.id).run();
  });

  it("is refused for other sites", async () => {
    const browser = new Browser(origin);
    const response = await browser.send("POST", `${PASSKEYS}/sign-in/options`, undefined, {
      origin: "https://evil.example",
      "sec-fetch-site": "cross-site",
    });
    expect(response.status).toBe(403);
  });
});

describe("proving it once more", () => {
  it("makes this session fresh, and no other", async () => {
    const here = await signedInBrowser(platform, 0);
    const there = await signedInBrowser(platform, 0);
    await ageSessions(platform, 0);
    expect(await here.refusal("POST", `${PASSKEYS}/options`)).toBe("403 confirmation-required");
    const options = await here.ask<WebAuthnOptions>("POST", `${PASSKEYS}/confirm/options`);
    const before = here.cookies.get("hg_session_local");
    await here.ask("POST", `${PASSKEYS}/confirm`, device.get(options));
    expect(here.cookies.get("hg_session_local")).toBe(before);
    await here.ask("POST", `${PASSKEYS}/options`);
    expect(await there.refusal("POST", `${PASSKEYS}/options`)).toBe("403 confirmation-required");
  });

  it("needs no user handle, which authenticators leave out where keys are asked for by name, but no other's either", async () => {
    const browser = await signedInBrowser(platform, 0);
    const confirm = async (userHandle: string | null) => {
      const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/confirm/options`);
      return await browser.refusal("POST", `${PASSKEYS}/confirm`, device.get(options, { userHandle }));
    };
    expect(await confirm(null)).toBe("200 undefined");
    expect(await confirm(Buffer.from("somebody else").toString("base64url"))).toBe("403 confirmation-required");
    expect(await signIn(device, { userHandle: null })).toBe(REFUSED);
  });

  it("takes no passkey of somebody else, and no answer to a sign-in", async () => {
    const other = new SoftAuthenticator(origin);
    const otherBrowser = await signedInBrowser(platform, 1);
    await addPasskey(otherBrowser, other);
    const browser = await signedInBrowser(platform, 0);
    await ageSessions(platform, 0);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/confirm/options`);
    expect(await browser.refusal("POST", `${PASSKEYS}/confirm`, other.get(options))).toBe("403 confirmation-required");
    const signInOptions = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/sign-in/options`);
    expect(await browser.refusal("POST", `${PASSKEYS}/confirm`, device.get(signInOptions))).toBe(
      "403 confirmation-required",
    );
    expect(await browser.refusal("POST", `${PASSKEYS}/options`)).toBe("403 confirmation-required");
  });
});

describe("an account's passkeys", () => {
  it("are made discoverable and verified, and none twice on one device", async () => {
    const browser = await signedInBrowser(platform, 0);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/options`);
    expect(options).toMatchObject({
      attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: [expect.objectContaining({ id: device.credentials[0]?.id })],
    });
  });

  it.each<[string, Lies]>([
    ["another origin", { origin: "https://heliograph.example" }],
    ["another relying party", { rpId: "evil.example" }],
    ["a person who was not verified", { isVerified: false }],
    ["a frame of another site", { crossOrigin: true }],
    ["a challenge of its own", { challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
    [
      "certificates, whose revocation lists somebody else chose",
      {
        attestation: {
          fmt: "packed",
          attStmt: new Map<string, unknown>([
            ["alg", -7],
            ["sig", Buffer.from("s")],
            ["x5c", [Buffer.from("c")]],
          ]),
        },
      },
    ],
    ["an attestation of a phone's maker", { attestation: { fmt: "apple", attStmt: new Map() } }],
  ])("are not added from %s", async (_, lies) => {
    const browser = await signedInBrowser(platform, 0);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/options`);
    const response = new SoftAuthenticator(origin).create(options, lies);
    expect(await browser.refusal("POST", PASSKEYS, { response })).toBe("400 invalid-request");
  });

  it("are not added by a challenge that another user asked for", async () => {
    const browser = await signedInBrowser(platform, 1);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/options`);
    const intruder = await signedInBrowser(platform, 0);
    const cookie = browser.cookies.get("hg_challenge_local") ?? "";
    intruder.cookies.set("hg_challenge_local", cookie);
    const response = new SoftAuthenticator(origin).create(options);
    expect(await intruder.refusal("POST", PASSKEYS, { response })).toBe("400 invalid-request");
  });

  it("belong to one account", async () => {
    const browser = await signedInBrowser(platform, 1);
    const options = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/options`);
    const response = new SoftAuthenticator(origin).create(options, { credentialId: device.credentials[0]?.id ?? "" });
    expect(await browser.refusal("POST", PASSKEYS, { response })).toBe("409 identity-taken");
  });

  it("can be named and removed by their owner alone", async () => {
    const browser = await signedInBrowser(platform, 0);
    const passkey = await addPasskey(browser, new SoftAuthenticator(origin), "Desk key");
    const stranger = await signedInBrowser(platform, 1);
    expect(await stranger.refusal("PATCH", `${PASSKEYS}/${passkey.id}`, { name: "Mine" })).toBe("404 not-found");
    expect(await stranger.refusal("DELETE", `${PASSKEYS}/${passkey.id}`)).toBe("404 not-found");
    expect(await browser.ask("PATCH", `${PASSKEYS}/${passkey.id}`, { name: "Old key" })).toMatchObject({
      name: "Old key",
    });
    await browser.ask("DELETE", `${PASSKEYS}/${passkey.id}`, undefined, 204);
    const { items } = await browser.ask<{ items: Passkey[] }>("GET", PASSKEYS);
    expect(items.map(({ id }) => id)).not.toContain(passkey.id);
  });

  it("keep the last way in, even when the last two go at once", async () => {
    const browser = await signedInBrowser(platform, 2);
    let { items } = await browser.ask<{ items: Passkey[] }>("GET", PASSKEYS);
    while (items.length > 2) {
      await browser.ask("DELETE", `${PASSKEYS}/${items[0]?.id}`, undefined, 204);
      items = items.slice(1);
    }
    const statuses = await Promise.all(
      items.map(async ({ id }) => (await browser.send("DELETE", `${PASSKEYS}/${id}`)).status),
    );
    expect(statuses.sort()).toEqual([204, 409]);
    const removed = await actions(`action = 'passkey.removed' AND subject_id = '${platform.stack.users[2]?.id}'`);
    expect(removed).not.toEqual([]);
  });

  it("are at most twenty, however many are added at once", async () => {
    const browser = await signedInBrowser(platform, 2);
    const id = platform.stack.users[2]?.id;
    const fill = platform.stack.db.prepare(
      `INSERT INTO passkeys (id, user_id, credential_id, public_key, transports, name, is_synced, created_at)
       VALUES (?1, ?2, ?1, 'AA', '[]', 'filled', 1, 0)`,
    );
    const { items } = await browser.ask<{ items: Passkey[] }>("GET", PASSKEYS);
    const browsers = await Promise.all([0, 1, 2].map(() => signedInBrowser(platform, 2)));
    const answers = await Promise.all(
      browsers.map(async (each) => new SoftAuthenticator(origin).create(await each.ask("POST", `${PASSKEYS}/options`))),
    );
    for (let n = items.length; n < PASSKEYS_MAX_PER_USER - 1; n++) await fill.bind(`filled-${n}`, id).run();
    const outcomes = await Promise.all(
      browsers.map(async (each, n) => (await each.send("POST", PASSKEYS, { response: answers[n] })).status),
    );
    expect(outcomes.sort()).toEqual([201, 409, 409]);
    expect(await browser.refusal("POST", `${PASSKEYS}/options`)).toBe("409 limit-reached");
  });

  it("are a person's at a browser: no key of the API adds one", async () => {
    const response = await platform.as(0)(`${PASSKEYS}/options`, { method: "POST" });
    expect(response.status).toBe(403);
  });

  it("are made without a fresh proof by whoever has no way in, who could prove nothing again, and by nobody else", async () => {
    const id = platform.stack.users[2]?.id;
    await platform.stack.db.prepare(`DELETE FROM passkeys WHERE user_id = ?`).bind(id).run();
    const browser = await signedInBrowser(platform, 2);
    await ageSessions(platform, 2);
    const late = await browser.ask<WebAuthnOptions>("POST", `${PASSKEYS}/options`);
    await addPasskey(browser, new SoftAuthenticator(origin));
    const response = new SoftAuthenticator(origin).create(late);
    expect(await browser.refusal("POST", `${PASSKEYS}/options`)).toBe("403 confirmation-required");
    expect(await browser.refusal("POST", PASSKEYS, { response })).toBe("403 confirmation-required");
  });
});
