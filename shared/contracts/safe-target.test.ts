// The way out of the sign-in page leads nowhere else.
import { describe, expect, it } from "vitest";
import { TARGET_MAX_CHARS } from "./limits.ts";
import { safeTarget } from "./safe-target.ts";

describe("a safe target", () => {
  it.each(["/", "/people", "/photos/1?q=a%2Fb#top", "/authorize?request=abc", "/%2f%2fevil.example"])(
    "is a path of ours: %s",
    (to) => {
      expect(safeTarget(to)).toBe(to);
      expect(new URL(safeTarget(to), "https://ours.example").origin).toBe("https://ours.example");
    },
  );

  it.each([
    undefined,
    "",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/..//evil.example",
    "/./\\evil.example",
    "/a/..//evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "?to=//evil.example",
    "/login",
    "/login?to=/login",
    "/a\u0000b",
    "/a\u00a0b",
    `/${"a".repeat(TARGET_MAX_CHARS)}`,
  ])("is the library's page for %j", (to) => {
    expect(safeTarget(to)).toBe("/");
  });
});
