// What a provider said is believed for a while, and it is not asked more often because it is down. On a clock of the test's own.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JWKS_FRESH_MS, JWKS_REFETCH_MS, JWKS_STALE_MS } from "../../../shared/contracts/limits.ts";
import { discoverNow, discoverProvider, UnusableProvider } from "./discover-provider.ts";
import { ProviderUnreachable } from "./fetch-from-provider.ts";

const policy = { allowLoopback: false, ownHost: "photos.lovelace.net" };
let issuer = "";
let issuers = 0;
let isUp = true;
let asked: string[] = [];

beforeEach(() => {
  issuer = `https://idp-${++issuers}.lovelace.net`;
  isUp = true;
  asked = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    if (!isUp) throw new TypeError("connection refused");
    const document = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
    };
    return Response.json(document);
  });
});
afterEach(() => vi.unstubAllGlobals());

const at = (ms: number) => discoverProvider(issuer, policy, ms);

describe("discovery", () => {
  it("asks the address of the standard, once while the answer is fresh", async () => {
    await at(0);
    await at(JWKS_FRESH_MS - 1);
    expect(asked).toEqual([`${issuer}/.well-known/openid-configuration`]);
    await at(JWKS_FRESH_MS);
    expect(asked).toHaveLength(2);
  });

  it("believes what it knows for a day while the provider is down, and asks every half minute at most", async () => {
    await at(0);
    isUp = false;
    for (let ms = JWKS_FRESH_MS; ms < JWKS_FRESH_MS + JWKS_REFETCH_MS; ms += 1000)
      expect(await at(ms)).toMatchObject({ issuer });
    expect(asked).toHaveLength(2);
    expect(await at(JWKS_STALE_MS - 1)).toMatchObject({ issuer });
    await expect(at(JWKS_STALE_MS)).rejects.toThrow(ProviderUnreachable);
    await expect(at(JWKS_STALE_MS + JWKS_REFETCH_MS)).rejects.toThrow(ProviderUnreachable);
    isUp = true;
    expect(await at(JWKS_STALE_MS + 2 * JWKS_REFETCH_MS)).toMatchObject({ issuer });
  });

  it("does not ask a provider that was down a moment ago", async () => {
    isUp = false;
    await expect(at(0)).rejects.toThrow(ProviderUnreachable);
    isUp = true;
    await expect(at(JWKS_REFETCH_MS - 1)).rejects.toThrow(ProviderUnreachable);
    expect(asked).toHaveLength(1);
    expect(await at(JWKS_REFETCH_MS)).toMatchObject({ issuer });
  });

  it("asks at once for an admin, whatever it knows", async () => {
    await at(0);
    await discoverNow(issuer, policy, 1);
    expect(asked).toHaveLength(2);
  });

  it.each(["https://127.0.0.1", "http://accounts.google.com", "https://a.internal", "https://there.net/?x=1"])(
    "asks nobody at %s",
    async (address) => {
      await expect(discoverNow(address, policy, 0)).rejects.toThrow(UnusableProvider);
      expect(asked).toEqual([]);
    },
  );
});
