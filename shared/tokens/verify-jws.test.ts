// Signatures and their wrapping, with keys and tokens made here: what a forger would send is refused, for the reason named.
import { base64url, exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { keySet, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "./key-set.ts";
import { TokenRefused } from "./token-refused.ts";
import { hasDuplicateNames } from "./unique-names.ts";
import { verifyJws } from "./verify-jws.ts";

const encoder = new TextEncoder();
const text = (value: string): string => base64url.encode(encoder.encode(value));

interface Signer {
  readonly jwk: JWK;
  readonly publicKey: CryptoKey;
  sign(header: Record<string, unknown>): Promise<string>;
  /** Signs exactly these parts, whatever they are. */
  signParts(header: string, payload: string): Promise<string>;
}

const HASHES = { ES256: "SHA-256", ES384: "SHA-384", RS256: "SHA-256", PS256: "SHA-256", EdDSA: "" } as const;

async function signer(algorithm: SignatureAlgorithm, kid = `${algorithm}-key`): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" };
  return {
    jwk,
    publicKey,
    sign: (header) =>
      new SignJWT({ sub: "somebody" })
        .setProtectedHeader({ alg: algorithm, kid, ...header } as JWTHeaderParameters)
        .sign(privateKey),
    async signParts(header, payload) {
      const parameters = { name: privateKey.algorithm.name, hash: HASHES[algorithm], saltLength: 32 };
      const signature = await crypto.subtle.sign(parameters, privateKey, encoder.encode(`${header}.${payload}`));
      return `${header}.${payload}.${base64url.encode(new Uint8Array(signature))}`;
    },
  };
}

async function reasonOf(token: string, published: unknown, algorithms = SIGNATURE_ALGORITHMS, ours = false) {
  try {
    await verifyJws(token, { keys: keySet(published), algorithms, keyIds: ours ? "ours" : "others" });
    return "accepted";
  } catch (error) {
    if (error instanceof TokenRefused) return error.reason;
    throw error;
  }
}

describe("verifyJws", () => {
  let es256: Signer;
  let rs256: Signer;
  let token = "";
  beforeAll(async () => {
    es256 = await signer("ES256");
    rs256 = await signer("RS256");
    token = await es256.sign({});
  });
  const reason = (candidate: string) => reasonOf(candidate, { keys: [es256.jwk, rs256.jwk] });
  const withHeader = (header: string) => es256.signParts(text(header), text("{}"));

  it.each(SIGNATURE_ALGORITHMS)("accepts %s, and no token that was changed", async (algorithm) => {
    const { sign, jwk } = await signer(algorithm);
    const good = await sign({});
    const set = { keys: [jwk] };
    expect(await reasonOf(good, set)).toBe("accepted");
    const [header = "", payload = "", signature = ""] = good.split(".");
    expect(await reasonOf(`${header}.${text('{"sub":"else"}')}.${signature}`, set)).toBe("bad-signature");
    const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
    expect(await reasonOf(`${header}.${payload}.${flipped}`, set)).toBe("bad-signature");
    expect(await reasonOf(`${header}.${payload}.`, set)).toBe("malformed");
  });

  it("takes an algorithm only from the list it was given", async () => {
    expect(await reasonOf(token, { keys: [es256.jwk] }, ["RS256"] as never)).toBe("algorithm-not-allowed");
  });

  it.each(["none", "nOnE", "None", "NONE", "", "HS256", "HS512", "ES512", "RS1", "es256", "dir", "__proto__"])(
    "refuses the algorithm %j",
    async (alg) => {
      const header = text(JSON.stringify({ alg, kid: "ES256-key" }));
      expect(await reason(`${header}.${text("{}")}.AAAA`)).toBe("algorithm-not-allowed");
      expect(await reason(`${header}.${text("{}")}.`)).toBe("malformed");
    },
  );

  it("refuses HS256 keyed with the text of a public key", async () => {
    const header = text(JSON.stringify({ alg: "HS256", kid: "RS256-key" }));
    const secret = encoder.encode(await exportSPKI(rs256.publicKey));
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(`${header}.${text("{}")}`));
    expect(await reason(`${header}.${text("{}")}.${base64url.encode(new Uint8Array(mac))}`)).toBe(
      "algorithm-not-allowed",
    );
  });

  it("does not look at keys that a token brings along", async () => {
    const forger = await signer("ES256", "ES256-key");
    const certificate = ["MIIB"];
    for (const more of [
      { jwk: forger.jwk },
      { jku: "https://evil.example/jwks.json" },
      { x5u: "https://evil.example/cert.pem" },
      { x5c: certificate },
    ])
      expect(await reason(await forger.sign(more)), JSON.stringify(more)).toBe("bad-signature");
    expect(await reason(await forger.sign({ jwk: forger.jwk, kid: "forged" }))).toBe("unknown-key");
  });

  it.each([
    ["../../etc/passwd", "unknown-key"],
    ["' OR 1=1 --", "bad-key-id"],
    ["ES256-key\u0000", "bad-key-id"],
    ["k".repeat(10_000), "bad-key-id"],
    ["ключ", "bad-key-id"],
    ["", "bad-key-id"],
    ["__proto__", "unknown-key"],
    [7, "bad-key-id"],
    [["ES256-key"], "bad-key-id"],
    [{ toString: "x" }, "bad-key-id"],
  ] as const)("refuses the key id %j", async (kid, expected) => {
    expect(await reason(await withHeader(JSON.stringify({ alg: "ES256", kid })))).toBe(expected);
  });

  it("takes the key ids of others with dots and signs, ours without", async () => {
    const dotted = await signer("ES256", "2026.key@issuer=1");
    const set = { keys: [dotted.jwk] };
    expect(await reasonOf(await dotted.sign({}), set)).toBe("accepted");
    expect(await reasonOf(await dotted.sign({}), set, SIGNATURE_ALGORITHMS, true)).toBe("bad-key-id");
  });

  it("refuses critical extensions, known to libraries or not", async () => {
    for (const more of [{ crit: ["exp"], exp: 1 }, { crit: ["x"], x: 1 }, { crit: [] }, { crit: null }, { b64: false }])
      expect(await reason(await withHeader(JSON.stringify({ alg: "ES256", kid: "ES256-key", ...more })))).toBe(
        "critical-header",
      );
  });

  it("refuses a header that names something twice, also in other spelling", async () => {
    for (const header of [
      '{"alg":"none","alg":"ES256","kid":"ES256-key"}',
      '{"alg":"ES256","kid":"ES256-key","\\u0061lg":"ES256"}',
      '{"alg":"ES256","kid":"ES256-key","x":{"a":[{"b":1,"b":2}]}}',
    ])
      expect(await reason(await withHeader(header))).toBe("duplicate-name");
    expect(await reason(await withHeader('{"alg":"ES256","kid":"ES256-key","x":{"alg":1}, "y":["alg","alg"]}'))).toBe(
      "accepted",
    );
  });

  it("refuses a header that is no JSON object, or no UTF-8", async () => {
    for (const header of ["null", "[]", '"ES256"', "{", "", '{"alg":"ES256"}x', '\ufeff{"alg":"ES256"}', '{"kid":"a"}'])
      expect(await reason(await withHeader(header)), header).toBe("malformed");
    const notUtf8 = base64url.encode(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
    expect(await reason(await es256.signParts(notUtf8, text("{}")))).toBe("malformed");
  });

  it("refuses every other spelling of an accepted token", async () => {
    const [header = "", payload = "", signature = ""] = token.split(".");
    const spellings = [
      ` ${token}`,
      `${token}\n`,
      `${header} .${payload}.${signature}`,
      `${header}.${payload}=.${signature}`,
      `${header}.${payload}.${signature}==`,
      `${header}.${payload}?.${signature}`,
      `${token}.`,
      `${token}.AAAA`,
      `.${token}`,
      `${header}.${payload}`,
      `${header}..${signature}.${payload}`,
      "",
      "..",
      JSON.stringify({ protected: header, payload, signature }),
      `${header}.${payload}.${signature.replaceAll("-", "+").replaceAll("_", "/")}=`,
    ];
    for (const spelling of spellings) expect(await reason(spelling), spelling).toBe("malformed");
    // 64 bytes leave four bits that stand for nothing: 15 other last characters decode to the same signature.
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const last = alphabet.indexOf(signature.at(-1) ?? "");
    for (let bits = 1; bits < 16; bits++)
      expect(await reason(`${header}.${payload}.${signature.slice(0, -1)}${alphabet[last + bits]}`)).toBe("malformed");
  });

  it("refuses a signature over parts that are not canonical", async () => {
    // "AB" decodes to one byte, and so does "AA".
    expect(await reason(await es256.signParts(text('{"alg":"ES256","kid":"ES256-key"}'), "AB"))).toBe("malformed");
  });

  it("refuses what is too large before it looks at it", async () => {
    expect(await reason(`${"A".repeat(20_000)}.A.A`)).toBe("too-large");
  });

  it("refuses a signature of another algorithm's key", async () => {
    expect(await reason(await withHeader('{"alg":"RS256","kid":"ES256-key"}'))).toBe("unusable-key");
    expect(await reason(await withHeader('{"alg":"PS256","kid":"RS256-key"}'))).toBe("unusable-key");
  });

  it("asks for a key id unless there is nothing to choose from", async () => {
    const nameless = await es256.signParts(text('{"alg":"ES256"}'), text("{}"));
    expect(await reasonOf(nameless, { keys: [es256.jwk] })).toBe("accepted");
    expect(await reason(nameless)).toBe("unknown-key");
  });
});

describe("keySet", () => {
  let es256: Signer;
  beforeAll(async () => {
    es256 = await signer("ES256");
  });
  const reason = async (...keys: unknown[]) => reasonOf(await es256.sign({}), { keys });

  it("is refused whole with a symmetric key, a repeated id, too many keys, or no keys", async () => {
    const other = await signer("ES256", "other");
    expect(await reason(es256.jwk, { kty: "oct", k: "AAAA", kid: "x" })).toBe("bad-key-set");
    expect(await reason(es256.jwk, { ...other.jwk, kid: "ES256-key" })).toBe("bad-key-set");
    expect(await reason(...Array.from({ length: 21 }, (_, n) => ({ ...es256.jwk, kid: `k${n}` })))).toBe("bad-key-set");
    for (const published of [null, {}, [], "keys", { keys: {} }, 7])
      expect(await reasonOf(await es256.sign({}), published)).toBe("bad-key-set");
  });

  it("passes over keys that are not for verifying signatures", async () => {
    for (const more of [
      { use: "enc" },
      { use: "SIG" },
      { use: null },
      { key_ops: ["sign"] },
      { key_ops: [] },
      { key_ops: "verify" },
    ])
      expect(await reason({ ...es256.jwk, ...more }), JSON.stringify(more)).toBe("unknown-key");
    expect(await reason({ ...es256.jwk, use: undefined, key_ops: ["verify"] })).toBe("accepted");
    expect(await reason(null, "key", [], { ...es256.jwk, use: "enc" }, es256.jwk)).toBe("accepted");
  });

  it("refuses a key that does not fit", async () => {
    const { x } = es256.jwk;
    for (const more of [
      { alg: "ES384" },
      { crv: "P-384" },
      { crv: undefined },
      { kty: "RSA" },
      { kty: "OKP" },
      { y: x },
      { x: "AA" },
    ])
      expect(await reason({ ...es256.jwk, ...more }), JSON.stringify(more)).toBe("unusable-key");
  });

  it("refuses weak RSA keys", async () => {
    const { jwk, sign } = await signer("RS256");
    const token = await sign({});
    const short = base64url.encode(base64url.decode(jwk.n ?? "").slice(0, 128));
    const padded = base64url.encode(new Uint8Array([...new Uint8Array(128), ...base64url.decode(short)]));
    const huge = base64url.encode(new Uint8Array(1025).fill(255));
    for (const more of [
      { e: "AQ" },
      { e: "Aw" },
      { e: "AAEAAQ" },
      { n: short },
      { n: padded },
      { n: huge },
      { n: "" },
      { n: 7 },
    ])
      expect(await reasonOf(token, { keys: [{ ...jwk, ...more }] }), JSON.stringify(more)).toBe("unusable-key");
  });
});

describe("hasDuplicateNames", () => {
  it.each([
    ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}', false],
    ['{"a":"\\"a\\":","b":"a"}', false],
    ['{"a":["a","a"],"b":1}', false],
    ['{"a":1,"b":2,"a":3}', true],
    ['{"x":{"a":1,"\\u0061":3}}', true],
    ['[{"a":1},{"b":[],"b":{}}]', true],
    ['{"":1,"":2}', true],
  ])("%s: %s", (json, expected) => {
    expect(hasDuplicateNames(json)).toBe(expected);
  });
});
