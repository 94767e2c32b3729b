// Wycheproof's JWS, JWK and JOSE vectors through the strict verifier: every invalid one refused but a reviewed few, every
// valid one of an algorithm we use accepted. Skipped, saying so, where the corpus is not.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { base64url } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { keySet, SIGNATURE_ALGORITHMS } from "./key-set.ts";
import { verifyJws } from "./verify-jws.ts";

const CORPUS = resolve(process.env["CORPUS_DIR"] ?? join(import.meta.dirname, "../../../shared/corpus"));
const FOLDER = join(CORPUS, "vectors/C2SP__wycheproof/testvectors_v1");
const isPresent = existsSync(FOLDER);
if (!isPresent) console.warn(`skipped: no Wycheproof vectors at ${FOLDER}; CORPUS_DIR names another place`);

/** Invalid by their label, accepted by us: why each is no danger here. */
const REVIEWED: Readonly<Record<string, string>> = {
  "key 7": "a ROCA key is factored, not confused: issuers are pinned, and their keys are theirs to choose",
  "crypto 46": "the same key and token once more",
};

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly result: "valid" | "invalid";
  readonly jws?: unknown;
  readonly jwe?: unknown;
}
interface Group {
  readonly private: { readonly keys?: unknown[] };
  readonly public?: { readonly keys?: unknown[] };
  readonly tests: readonly Vector[];
}

interface Outcome {
  readonly name: string;
  readonly comment: string;
  readonly isValid: boolean;
  readonly isUsed: boolean;
  readonly isAccepted: boolean;
}

async function outcomesOf(file: "signature" | "key" | "crypto"): Promise<Outcome[]> {
  const { testGroups } = JSON.parse(readFileSync(join(FOLDER, `json_web_${file}_test.json`), "utf8")) as {
    testGroups: Group[];
  };
  const outcomes: Outcome[] = [];
  for (const group of testGroups) {
    const published = group.public ?? group.private;
    for (const vector of group.tests) {
      const text = vector.jws ?? vector.jwe;
      // A JSON serialization is handed over as the text it is.
      const token = typeof text === "string" ? text : JSON.stringify(text);
      const isAccepted = await verify(published.keys === undefined ? { keys: [published] } : published, token);
      outcomes.push({
        name: `${file} ${vector.tcId}`,
        comment: vector.comment,
        isValid: vector.result === "valid",
        isUsed: isUsed(token),
        isAccepted,
      });
    }
  }
  return outcomes;
}

async function verify(published: unknown, token: string): Promise<boolean> {
  try {
    await verifyJws(token, { keys: keySet(published), algorithms: SIGNATURE_ALGORITHMS });
    return true;
  } catch {
    return false;
  }
}

function isUsed(token: string): boolean {
  try {
    const { alg } = JSON.parse(new TextDecoder().decode(base64url.decode(token.split(".")[0] ?? ""))) as {
      alg: string;
    };
    return SIGNATURE_ALGORITHMS.some((known) => known === alg);
  } catch {
    return false;
  }
}

describe.skipIf(!isPresent)("Wycheproof", () => {
  let outcomes: Outcome[] = [];
  beforeAll(async () => {
    outcomes = [...(await outcomesOf("signature")), ...(await outcomesOf("key")), ...(await outcomesOf("crypto"))];
  });

  it("is all there", () => {
    expect(outcomes.length).toBe(401 + 26 + 83);
    expect(outcomes.filter(({ isValid }) => !isValid).length).toBe(355 + 21 + 77);
  });

  it("has every invalid vector refused but the reviewed ones", () => {
    const accepted = outcomes.filter(({ isValid, isAccepted }) => !isValid && isAccepted).map(({ name }) => name);
    expect(accepted.toSorted()).toEqual(Object.keys(REVIEWED).toSorted());
    expect(accepted.length).toBeLessThanOrEqual(4);
  });

  it("has every valid vector of a used algorithm accepted", () => {
    const ofUsed = outcomes.filter(({ isValid, isUsed }) => isValid && isUsed);
    expect(ofUsed.filter(({ isAccepted }) => !isAccepted)).toEqual([]);
    expect(ofUsed.length).toBe(19);
  });
});
