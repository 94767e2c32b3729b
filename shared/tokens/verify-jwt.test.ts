// Claims: a good signature is not enough.
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { type KeySource, keySet } from "./key-set.ts";
import { TokenRefused } from "./token-refused.ts";
import { ACCESS_TOKEN_TYPES, ID_TOKEN_TYPES, type JwtExpectations, verifyJwt } from "./verify-jwt.ts";

const ISSUER = "https://issuer.example";
const NOW_SECONDS = 1_800_000_000;
const GOOD = { iss: ISSUER, aud: "us", sub: "somebody", iat: NOW_SECONDS - 10, exp: NOW_SECONDS + 300 };

describe("verifyJwt", () => {
  let keys: KeySource;
  let privateKey: CryptoKey;
  beforeAll(async () => {
    const pair = await generateKeyPair("ES256");
    privateKey = pair.privateKey;
    keys = keySet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k" }] });
  });

  const verify = async (claims: object, more: Partial<JwtExpectations> = {}, typ?: string): Promise<string> => {
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "k", ...(typ === undefined ? {} : { typ }) })
      .sign(privateKey);
    try {
      const expected = { issuer: ISSUER, audience: "us", types: ID_TOKEN_TYPES, nowMs: NOW_SECONDS * 1000, ...more };
      await verifyJwt(token, { keys, algorithms: ["ES256"], ...expected });
      return "accepted";
    } catch (error) {
      if (error instanceof TokenRefused) return error.reason;
      throw error;
    }
  };

  it("accepts a token for us, now", async () => {
    expect(await verify(GOOD)).toBe("accepted");
    expect(await verify({ ...GOOD, aud: ["us"] }, {}, "JWT")).toBe("accepted");
  });

  it("refuses another issuer, spelled ever so alike, and keys of another issuer", async () => {
    for (const iss of [`${ISSUER}/`, "https://ISSUER.example", "https://evil.example", undefined, [ISSUER], null])
      expect(await verify({ ...GOOD, iss })).toBe("wrong-issuer");
    expect(await verify(GOOD, { keys: { ...keys, issuer: "https://other.example" } })).toBe("wrong-issuer");
  });

  it("refuses another audience", async () => {
    for (const aud of ["them", undefined, [], ["them", "others"], ["us "], [["us"]], { us: true }])
      expect(await verify({ ...GOOD, aud }), JSON.stringify(aud)).toBe("wrong-audience");
  });

  it("refuses a token made for another client, and several audiences without a word for whom", async () => {
    const more = { authorizedParty: "us" };
    expect(await verify({ ...GOOD, azp: "us", aud: ["us", "them"] }, more)).toBe("accepted");
    expect(await verify({ ...GOOD, azp: "them" }, more)).toBe("wrong-authorized-party");
    expect(await verify({ ...GOOD, aud: ["us", "them"] }, more)).toBe("wrong-authorized-party");
  });

  it("takes neither kind of token for the other", async () => {
    const access = { types: ACCESS_TOKEN_TYPES };
    expect(await verify(GOOD, access)).toBe("wrong-type");
    expect(await verify(GOOD, access, "JWT")).toBe("wrong-type");
    expect(await verify(GOOD, access, "application/AT+JWT")).toBe("accepted");
    expect(await verify(GOOD, access, "at+jwt")).toBe("accepted");
    expect(await verify(GOOD, {}, "at+jwt")).toBe("wrong-type");
    expect(await verify(GOOD, {}, "logout+jwt")).toBe("wrong-type");
  });

  it("allows a minute of clock difference, and not a second more", async () => {
    expect(await verify({ ...GOOD, exp: NOW_SECONDS - 59 })).toBe("accepted");
    expect(await verify({ ...GOOD, exp: NOW_SECONDS - 60 })).toBe("expired");
    expect(await verify({ ...GOOD, nbf: NOW_SECONDS + 60 })).toBe("accepted");
    expect(await verify({ ...GOOD, nbf: NOW_SECONDS + 61 })).toBe("not-yet-valid");
    expect(await verify({ ...GOOD, iat: NOW_SECONDS + 60 })).toBe("accepted");
    expect(await verify({ ...GOOD, iat: NOW_SECONDS + 61 })).toBe("not-yet-valid");
  });

  it("allows none for tokens of the same clock", async () => {
    expect(await verify({ ...GOOD, exp: NOW_SECONDS }, { clockSkewSeconds: 0 })).toBe("expired");
    expect(await verify({ ...GOOD, exp: NOW_SECONDS + 1 }, { clockSkewSeconds: 0 })).toBe("accepted");
  });

  it("refuses times and subjects that are missing or none", async () => {
    for (const claims of [
      { exp: undefined },
      { exp: "never" },
      { iat: undefined },
      { nbf: "soon" },
      { exp: null },
      { iat: -1 },
    ])
      expect(await verify({ ...GOOD, ...claims }), JSON.stringify(claims)).toBe("missing-claim");
    for (const sub of [undefined, "", 7, "s".repeat(256)]) expect(await verify({ ...GOOD, sub })).toBe("missing-claim");
  });
});
