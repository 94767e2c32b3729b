// What a provider says of a person, in our terms. Pure; whatever has another form than it should have was not said.
import type { PutProvider } from "../../../shared/contracts/admin.ts";
import { CLAIMED_ROLES_MAX } from "../../../shared/contracts/limits.ts";
import { Email, UserName } from "../../../shared/contracts/sign-in.ts";

export type Claims = Readonly<Record<string, unknown>>;
export type MappedRole = PutProvider["roleMap"][string];

/** Signed claims win, and an address is only as verified as whoever names it says. */
export function mergeClaims(signed: Claims, more: Claims): Claims {
  const { email, email_verified } = signed.email === undefined ? more : signed;
  return { ...more, ...signed, email, email_verified };
}

/** Lower case. Only `true` is verified: the text "true" is what some providers say of every address. */
export function emailOf(claims: Claims): { email: string; isVerified: boolean } | null {
  const { data: email } = Email.safeParse(claims.email);
  return email === undefined ? null : { email, isVerified: claims.email_verified === true };
}

export function nameOf(claims: Claims): string {
  for (const claim of ["name", "preferred_username", "nickname", "given_name"]) {
    const { data: name } = UserName.safeParse(claims[claim]);
    if (name !== undefined) return name;
  }
  return emailOf(claims)?.email.split("@")[0] ?? "New user";
}

/** @returns the highest of our roles that the provider's map to; member where none does; null where this provider maps none */
export function roleOf(claims: Claims, provider: Pick<PutProvider, "roleClaim" | "roleMap">): MappedRole | null {
  if (!mapsRoles(provider)) return null;
  const said = claimAt(claims, provider.roleClaim ?? "");
  const names: readonly unknown[] = Array.isArray(said) ? said.slice(0, CLAIMED_ROLES_MAX) : [said];
  const isAdmin = names.some(
    (name) => typeof name === "string" && Object.hasOwn(provider.roleMap, name) && provider.roleMap[name] === "admin",
  );
  return isAdmin ? "admin" : "member";
}

export function mapsRoles({ roleClaim, roleMap }: Pick<PutProvider, "roleClaim" | "roleMap">): boolean {
  return roleClaim !== null && Object.keys(roleMap).length > 0;
}

/** @param path with dots between names; a claim whose own name has dots (`https://example.com/roles`) is found first */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let at: unknown = claims;
  for (const name of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Claims)[name];
  }
  return at;
}
