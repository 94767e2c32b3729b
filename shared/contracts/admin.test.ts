// Names that others are shown: a program's is as plain as a person's.
import { describe, expect, it } from "vitest";
import { CreateClient } from "./admin.ts";

describe("the name of a program", () => {
  const accepts = (name: string) => CreateClient.safeParse({ name, kind: "service", scopes: ["photo.read"] }).success;

  it("poses as no other: no line break, no character that turns the direction of text", () => {
    expect(accepts("Backup of Ada's NAS")).toBe(true);
    for (const name of ["a\nb", "a\u0000", "Helio\u202ehparg", "\u2066x", "   "])
      expect(accepts(name), name).toBe(false);
  });
});
