import { describe, expect, it } from "vitest";
import { safeFileNames } from "./safe-file-names.ts";

const named = (...names: string[]) => {
  const nameOf = safeFileNames();
  return names.map(nameOf);
};
const bytesOf = (name: string) => new TextEncoder().encode(name).byteLength;

describe("a file name for unpacking", () => {
  it.each([
    ["holiday/day 1/IMG_1.jpg", "IMG_1.jpg"],
    ["../../../../etc/passwd", "passwd"],
    ["..\\..\\windows\\system32\\drivers.png", "drivers.png"],
    ["..", "photo"],
    ["", "photo"],
    ["/", "photo"],
    [".bashrc", "bashrc"],
    ["C:evil.jpg", "C_evil.jpg"],
    ["a\r\nSet-Cookie: b.jpg", "aSet-Cookie_ b.jpg"],
    ["a\u0000.jpg", "a.jpg"],
    ["gpj.\u202Eexe", "gpj.exe"],
    ["\u2066photo\u2069\u200B.jpg", "photo.jpg"],
    ["con.jpg", "_con.jpg"],
    ["LPT1", "_LPT1"],
    ["a.jpg. . ", "a.jpg"],
    ['what?*<>|".jpg', "what______.jpg"],
    ["\uD800.jpg", "\uFFFD.jpg"],
    ["写真 été.jpg", "写真 été.jpg"],
  ])("%j is %j", (name, safe) => {
    expect(named(name)).toEqual([safe]);
  });

  it("is given once, whatever its letter case or composition", () => {
    expect(named("a.jpg", "A.JPG", "a.jpg", "b/a.jpg", "é.jpg", "e\u0301.jpg", "a (2).jpg")).toEqual([
      "a.jpg",
      "A (2).JPG",
      "a (3).jpg",
      "a (4).jpg",
      "é.jpg",
      "é (2).jpg",
      "a (2) (2).jpg",
    ]);
  });

  it("has at most 255 bytes, keeps its extension, and breaks no character", () => {
    const long = named(`${"写".repeat(300)}.jpeg`, `${"写".repeat(300)}.jpeg`, "x".repeat(1024));
    for (const name of long) expect(bytesOf(name)).toBeLessThanOrEqual(255);
    expect(long[0]).toMatch(/^写+\.jpeg$/);
    expect(long[1]).toMatch(/^写+ \(2\)\.jpeg$/);
    expect(new Set(long).size).toBe(3);
  });
});
