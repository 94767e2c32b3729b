// Password hashes: what they are made of, what production would refuse, and that their time says nothing.
import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { assertDeployable, hashPassword, SCRYPT, type ScryptParameters, verifyPassword } from "./password-hash.ts";

/** Cheap enough for thousands; the code is the same. */
const CHEAP: ScryptParameters = { logN: 4, r: 8, p: 1 };

describe("a password's hash", () => {
  it("is scrypt with its parameters and a salt of its own", () => {
    const [first, second] = [hashPassword("correct horse battery"), hashPassword("correct horse battery")];
    expect(first).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    expect(verifyPassword("correct horse battery", first)).toEqual({ isRight: true, needsRehash: false });
    expect(verifyPassword("correct horse batterz", first)).toEqual({ isRight: false, needsRehash: false });
  });

  it("is what RFC 7914 says it is", () => {
    // §12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1) begins so; our salts have 16 bytes, so the vector's is not ours to store.
    const phc = hashPassword("pleaseletmein", { logN: 14, r: 8, p: 1 });
    expect(verifyPassword("pleaseletmein", phc, { logN: 14, r: 8, p: 1 }).isRight).toBe(true);
    expect(verifyPassword("pleaseletmein", phc.replace("p=1", "p=2"), { logN: 14, r: 8, p: 1 }).isRight).toBe(false);
  });

  it("knows a password however its letters are composed", () => {
    expect(verifyPassword("Cafe\u0301 de\u0301ja\u0300 vu", hashPassword("Café déjà vu", CHEAP), CHEAP).isRight).toBe(
      true,
    );
  });

  it("is made anew when the parameters have changed, and only for the right password", () => {
    const old = hashPassword("correct horse battery", CHEAP);
    expect(verifyPassword("correct horse battery", old)).toEqual({ isRight: true, needsRehash: true });
    expect(verifyPassword("wrong", old)).toEqual({ isRight: false, needsRehash: false });
  });

  it("is never right for nobody", () => {
    for (const password of ["", "password", "\u0007".repeat(32)])
      expect(verifyPassword(password, null, CHEAP)).toEqual({ isRight: false, needsRehash: false });
  });

  it.each(["", "plain", "$scrypt$ln=14,r=8,p=5$short$short", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"])(
    "is not read from %j",
    (phc) => {
      expect(() => verifyPassword("password", phc)).toThrow();
    },
  );

  it("is not computed with parameters that production refuses, though this runtime takes them", () => {
    expect(2 ** SCRYPT.logN * SCRYPT.r * SCRYPT.p).toBeLessThanOrEqual(2 ** 20);
    expect(() => assertDeployable(SCRYPT)).not.toThrow();
    expect(() => assertDeployable({ logN: 14, r: 8, p: 9 })).toThrow(/above 1048576/);
    expect(() => assertDeployable({ logN: 17, r: 8, p: 1 })).toThrow();
    const bomb = hashPassword("password", CHEAP).replace("ln=4", "ln=20");
    expect(() => verifyPassword("password", bomb)).toThrow(/above/);
  });
});

describe("the time of a verification", () => {
  it("does not tell whether the account exists (Welch's t below 4.5)", () => {
    const phc = hashPassword("the right password", CHEAP);
    const known: number[] = [];
    const unknown: number[] = [];
    const time = (stored: string | null): number => {
      const start = performance.now();
      verifyPassword("a wrong password", stored, CHEAP);
      return performance.now() - start;
    };
    for (let i = 0; i < 500; i++) time(i % 2 === 0 ? phc : null);
    // In random order, so that whatever else the machine does falls on both alike.
    for (let i = 0; i < 10_000; i++) {
      const isKnown = Math.random() < 0.5;
      (isKnown ? known : unknown).push(time(isKnown ? phc : null));
    }
    expect(Math.abs(welchT(...withoutPauses(known, unknown)))).toBeLessThan(4.5);
  }, 60_000);

  it("notices a short cut, so that the test above could fail", () => {
    const phc = hashPassword("the right password", CHEAP);
    const time = (run: () => unknown): number => {
      const start = performance.now();
      run();
      return performance.now() - start;
    };
    const known = Array.from({ length: 1000 }, () => time(() => verifyPassword("wrong", phc, CHEAP)));
    const skipped = Array.from({ length: 1000 }, () => time(() => null));
    expect(Math.abs(welchT(...withoutPauses(known, skipped)))).toBeGreaterThan(4.5);
  });

  it("is that of the real parameters for somebody unknown too", () => {
    const phc = hashPassword("the right password");
    const time = (stored: string | null): number => {
      const start = process.cpuUsage().user;
      verifyPassword("a wrong password", stored);
      return process.cpuUsage().user - start;
    };
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let i = 0; i < 30; i++) {
      known.push(time(phc));
      unknown.push(time(null));
    }
    // A skipped or cheaper hash would be far outside; a busy machine is not.
    expect(median(unknown) / median(known)).toBeGreaterThan(0.5);
    expect(median(unknown) / median(known)).toBeLessThan(2);
  }, 60_000);
});

/** What is faster than nine tenths of all of them: the rest are pauses of the machine, which know nothing of passwords. */
function withoutPauses(a: readonly number[], b: readonly number[]): [number[], number[]] {
  const limit = [...a, ...b].sort((x, y) => x - y)[Math.floor((a.length + b.length) * 0.9)] ?? 0;
  return [a.filter((time) => time <= limit), b.filter((time) => time <= limit)];
}

function welchT(a: readonly number[], b: readonly number[]): number {
  const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const variance = (xs: readonly number[], m: number) => xs.reduce((sum, x) => sum + (x - m) ** 2, 0) / (xs.length - 1);
  const [meanA, meanB] = [mean(a), mean(b)];
  return (meanA - meanB) / Math.sqrt(variance(a, meanA) / a.length + variance(b, meanB) / b.length);
}

function median(xs: readonly number[]): number {
  return [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)] ?? 0;
}
