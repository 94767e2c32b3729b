// What may be somebody's name.
import { describe, expect, it } from "vitest";
import { ListPeopleQuery, PatchPerson } from "./people.ts";

const nameOf = (name: string) => PatchPerson.safeParse({ name }).data?.name;

describe("a name", () => {
  it.each([
    ["half of a character", "\ud800x"],
    ["a NUL, at which databases stop reading", "a\u0000b"],
    ["a line break", "a\nb"],
    ["nothing to be seen", "\u200b\u200d"],
    ["spaces", " \u00a0 "],
  ])("has no %s", (_, name) => {
    expect(nameOf(name)).toBeUndefined();
  });

  it.each(["Ångström", "مريم", "李小龙", "👩‍👩‍👧", "Anne-Marie O’Neill 3rd", "می‌خواهم"])("may be %s", (name) => {
    expect(nameOf(name)).toBe(name.normalize());
  });

  it("is the same however its letters are put together, when it is given and when it is looked for", () => {
    expect(nameOf(" Ele\u0301onore ")).toBe("El\u00e9onore");
    expect(ListPeopleQuery.parse({ q: "ele\u0301" }).q).toBe("el\u00e9");
  });
});
