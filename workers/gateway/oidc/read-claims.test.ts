// Claims of every form: what has another form than it should have was not said.
import { describe, expect, it } from "vitest";
import { claimAt, emailOf, mergeClaims, nameOf, roleOf } from "./read-claims.ts";

describe("an address", () => {
  it("is lower case, and verified only by `true`", () => {
    expect(emailOf({ email: " Ada@Lovelace.net ", email_verified: true })).toEqual({
      email: "ada@lovelace.net",
      isVerified: true,
    });
    for (const email_verified of ["true", 1, {}, [true], "yes", null, undefined])
      expect(emailOf({ email: "ada@lovelace.net", email_verified })?.isVerified).toBe(false);
  });

  it.each([
    undefined,
    null,
    1,
    "",
    "ada",
    "ada@",
    ["ada@lovelace.net"],
    { value: "ada@lovelace.net" },
    `${"a".repeat(300)}@b.net`,
  ])("is none: %j", (email) => {
    expect(emailOf({ email, email_verified: true })).toBeNull();
  });
});

describe("claims of two places", () => {
  it("are one, the signed ones first", () => {
    expect(mergeClaims({ sub: "a", name: "Ada" }, { sub: "a", name: "Eve", roles: [1] })).toMatchObject({
      name: "Ada",
      roles: [1],
    });
  });

  it.each([
    [{ email_verified: true }, { email: "eve@there.net", email_verified: false }],
    [{ email_verified: true }, { email: "eve@there.net" }],
    [{ email: "eve@there.net" }, { email: "ada@there.net", email_verified: true }],
    [{ email: "eve@there.net", email_verified: false }, { email_verified: true }],
  ])("verify no address that neither verifies: %j and %j", (signed, more) => {
    expect(emailOf(mergeClaims(signed, more))).toEqual({ email: "eve@there.net", isVerified: false });
  });

  it("keep an address with what is said of it", () => {
    const address = { email: "ada@there.net", email_verified: true };
    for (const [signed, more] of [
      [address, {}],
      [{}, address],
    ] as const)
      expect(emailOf(mergeClaims(signed, more))).toEqual({ email: "ada@there.net", isVerified: true });
  });
});

describe("a name", () => {
  it.each<[Record<string, unknown>, string]>([
    [{ name: "Ada Lovelace", preferred_username: "ada" }, "Ada Lovelace"],
    [{ name: "", preferred_username: "ada" }, "ada"],
    [{ name: "Ada\u202eevil", preferred_username: "ada" }, "ada"],
    [{ name: { first: "Ada" }, email: "ada@lovelace.net" }, "ada"],
    [{ name: "x".repeat(1000) }, "New user"],
    [{}, "New user"],
  ])("of %j is %s", (claims, name) => {
    expect(nameOf(claims)).toBe(name);
  });
});

describe("a role", () => {
  const keycloak = { roleClaim: "realm_access.roles", roleMap: { boss: "admin", staff: "member" } } as const;

  it.each<[unknown, "admin" | "member"]>([
    [["boss"], "admin"],
    [["staff", "boss"], "admin"],
    ["boss", "admin"],
    [["staff"], "member"],
    [["Boss"], "member"],
    [["boss "], "member"],
    [[["boss"]], "member"],
    [{ boss: true }, "member"],
    [["__proto__", "constructor", "toString"], "member"],
    [["owner"], "member"],
    [[...Array<string>(1000).fill("x"), "boss"], "member"],
    [null, "member"],
    [1, "member"],
  ])("said as %j is %s", (roles, role) => {
    expect(roleOf({ realm_access: { roles } }, keycloak)).toBe(role);
  });

  it("that is not said at all is member: who lost the last one lost it here as well", () => {
    expect(roleOf({}, keycloak)).toBe("member");
    expect(roleOf({ realm_access: "boss" }, keycloak)).toBe("member");
  });

  it("is nobody's business where the provider maps none", () => {
    expect(roleOf({ realm_access: { roles: ["boss"] } }, { ...keycloak, roleMap: {} })).toBeNull();
    expect(roleOf({ realm_access: { roles: ["boss"] } }, { ...keycloak, roleClaim: null })).toBeNull();
  });

  it("may be in a claim whose own name has dots", () => {
    expect(claimAt({ "https://lovelace.net/roles": ["boss"] }, "https://lovelace.net/roles")).toEqual(["boss"]);
    expect(claimAt({ a: { b: { c: 1 } } }, "a.b.c")).toBe(1);
    for (const path of ["a.b.c", "__proto__.x", "constructor.name", "", "."]) expect(claimAt({}, path)).toBeUndefined();
  });
});
