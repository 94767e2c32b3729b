// Another issuer's keys over outages, rotations and floods. The clock and the network are ours.
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { remoteKeySet } from "./remote-key-set.ts";
import { TokenRefused } from "./token-refused.ts";

const ISSUER = "https://issuer.example";
const JWKS = "https://keys.example/jwks.json";
const MINUTE_MS = 60_000;

async function publicKey(kid: string): Promise<JWK> {
  return { ...(await exportJWK((await generateKeyPair("ES256")).publicKey)), kid };
}

/** An issuer whose answers, and a clock whose time, the test sets. */
function theIssuer(keys: JWK[]) {
  const issuer = {
    fetches: 0,
    nowMs: 1_000_000,
    answer: (): Response | Promise<Response> => Response.json({ keys }),
    lastInit: undefined as RequestInit | undefined,
  };
  const set = remoteKeySet({
    jwksUri: JWKS,
    issuer: ISSUER,
    allowLoopbackHttp: false,
    timeoutMs: 20,
    now: () => issuer.nowMs,
    fetch: async (_url, init) => {
      issuer.fetches++;
      issuer.lastInit = init;
      return await issuer.answer();
    },
  });
  const find = async (kid: string): Promise<"found" | "unknown" | TokenRefused["reason"]> => {
    try {
      return (await set.find(kid, "ES256")) === null ? "unknown" : "found";
    } catch (error) {
      if (error instanceof TokenRefused) return error.reason;
      throw error;
    }
  };
  return { issuer, find };
}

describe("remoteKeySet", () => {
  let first: JWK;
  let second: JWK;
  beforeAll(async () => {
    first = await publicKey("first");
    second = await publicKey("second");
  });

  it("fetches once for everybody who asks at once, and once per ten minutes after", async () => {
    const { issuer, find } = theIssuer([first]);
    expect(await Promise.all(Array.from({ length: 50 }, () => find("first")))).toEqual(Array(50).fill("found"));
    issuer.nowMs += 10 * MINUTE_MS - 1;
    expect(await find("first")).toBe("found");
    expect(issuer.fetches).toBe(1);
    issuer.nowMs += 1;
    expect(await find("first")).toBe("found");
    expect(issuer.fetches).toBe(2);
  });

  it("finds a new key at once when the issuer has rotated", async () => {
    const { issuer, find } = theIssuer([first]);
    await find("first");
    issuer.nowMs += MINUTE_MS;
    issuer.answer = () => Response.json({ keys: [first, second] });
    expect(await find("second")).toBe("found");
    expect(issuer.fetches).toBe(2);
  });

  it("drops a key that the issuer withdrew, within ten minutes", async () => {
    const { issuer, find } = theIssuer([first]);
    await find("first");
    issuer.answer = () => Response.json({ keys: [second] });
    issuer.nowMs += 10 * MINUTE_MS;
    expect(await find("first")).toBe("unknown");
  });

  it("fetches at most once in 30 s, whatever flood of unknown keys comes", async () => {
    const { issuer, find } = theIssuer([first]);
    await find("first");
    let asked = 0;
    // 10,000 unknown keys over five minutes.
    for (let burst = 0; burst < 100; burst++) {
      issuer.nowMs += 3000;
      const answers = await Promise.all(Array.from({ length: 100 }, () => find(`forged-${asked++}`)));
      expect(new Set(answers)).toEqual(new Set(["unknown"]));
      expect(await find("first")).toBe("found");
    }
    expect(asked).toBe(10_000);
    expect(issuer.fetches).toBe(1 + 10);
  });

  it("goes on with the keys it has for a day while the issuer is down, then refuses", async () => {
    const { issuer, find } = theIssuer([first]);
    await find("first");
    const began = issuer.nowMs;
    for (const answer of [
      () => Promise.reject(new Error("down")),
      () => new Response("no", { status: 503 }),
      () => new Response("<html>"),
      () => Response.json({ keys: "none" }),
    ]) {
      issuer.nowMs += 6 * 60 * MINUTE_MS - 1;
      issuer.answer = answer;
      expect(await find("first")).toBe("found");
    }
    expect(issuer.fetches).toBe(5);
    issuer.nowMs = began + 24 * 60 * MINUTE_MS;
    expect(await find("first")).toBe("keys-unavailable");
    issuer.answer = () => Response.json({ keys: [first] });
    issuer.nowMs += 30_000;
    expect(await find("first")).toBe("found");
  });

  it("refuses while it never had keys, asking once in 30 s", async () => {
    const { issuer, find } = theIssuer([first]);
    issuer.answer = () => new Response(null, { status: 500 });
    for (let attempt = 0; attempt < 20; attempt++) expect(await find("first")).toBe("keys-unavailable");
    expect(issuer.fetches).toBe(1);
    issuer.nowMs += 30_000;
    issuer.answer = () => Response.json({ keys: [first] });
    expect(await find("first")).toBe("found");
  });

  it("follows no redirect", async () => {
    const { issuer, find } = theIssuer([first]);
    issuer.answer = () => Response.redirect("https://evil.example/jwks.json", 302);
    expect(await find("first")).toBe("keys-unavailable");
    expect(issuer.lastInit?.redirect).toBe("manual");
  });

  it("reads no more than 64 kB and takes no more than 20 keys", async () => {
    const { issuer, find } = theIssuer([first]);
    let sent = 0;
    issuer.answer = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 1024;
            controller.enqueue(new Uint8Array(1024).fill(32));
          },
        }),
      );
    expect(await find("first")).toBe("keys-unavailable");
    expect(sent).toBeLessThan(128 * 1024);
    issuer.nowMs += 30_000;
    issuer.answer = () => Response.json({ keys: Array.from({ length: 21 }, (_, n) => ({ ...first, kid: `k${n}` })) });
    expect(await find("first")).toBe("keys-unavailable");
  });

  it("waits for no answer that never comes, and asks again later", async () => {
    const { issuer, find } = theIssuer([first]);
    issuer.answer = () => new Promise<Response>(() => {});
    expect(await Promise.all([find("first"), find("first")])).toEqual(["keys-unavailable", "keys-unavailable"]);
    expect(issuer.fetches).toBe(1);
    issuer.nowMs += 30_000;
    issuer.answer = () => Response.json({ keys: [first] });
    expect(await find("first")).toBe("found");
  });

  it.each([
    ["https://keys.example/jwks", false, true],
    ["http://keys.example/jwks", true, false],
    ["http://127.0.0.1:4000/jwks", true, true],
    ["http://127.0.0.1:4000/jwks", false, false],
    ["http://[::1]:4000/jwks", true, true],
    ["http://localhost.evil.example/jwks", true, false],
    ["https://user:secret@keys.example/jwks", false, false],
    ["file:///etc/passwd", true, false],
    ["data:application/json,{}", true, false],
    ["/jwks.json", true, false],
  ])("%s (loopback allowed: %s) is fetchable: %s", (jwksUri, allowLoopbackHttp, isFetchable) => {
    const make = () =>
      remoteKeySet({ jwksUri, issuer: ISSUER, allowLoopbackHttp, now: () => 0, fetch: async () => new Response() });
    if (isFetchable) expect(make().issuer).toBe(ISSUER);
    else expect(make).toThrow(TokenRefused);
  });
});
