// Whose account a provider's answer opens: the one its subject is linked to; one with the same verified address where the
// provider is trusted with that; a new one where it may make some; else nobody's.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { UserId } from "../../../shared/contracts/ids.ts";
import {
  changeMappedRole,
  findByVerifiedEmail,
  findIdentity,
  insertIdentity,
  type OpenedAccount,
  touchIdentity,
} from "../../../shared/db/identity/identity-queries.ts";
import { revokeInvitationsOf } from "../../../shared/db/identity/invitation-queries.ts";
import type { ProviderRow } from "../../../shared/db/identity/provider-queries.ts";
import { readIdentitySettings } from "../../../shared/db/identity/settings-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { createAccount } from "../identity/create-account.ts";
import { noticeStatements, sendSoon } from "../mail/queue-letter.ts";
import type { ProviderAnswer } from "./exchange-code.ts";
import { type Claims, claimAt, emailOf, mapsRoles, mergeClaims, nameOf, roleOf } from "./read-claims.ts";

/** @throws AppError account-disabled · registration-closed · email-taken */
export async function openAccount(
  c: Context<AppEnv>,
  provider: ProviderRow,
  answer: ProviderAnswer,
): Promise<{ userId: UserId; isNew: boolean }> {
  const { sub } = answer.claims;
  const known = await findIdentity(c.var.deps.db, provider.id, sub);
  const claims = await claimsFor(provider, answer, known === null);
  const account = known ?? (await linkByAddress(c, provider, sub, claims));
  if (account === null) return await signUp(c, provider, sub, claims);
  refuseDisabled(account);
  const { db, now } = c.var.deps;
  const email = emailOf(claims)?.email ?? null;
  await touchIdentity(db, { providerId: provider.id, subject: sub, userId: account.userId, email }, now());
  await applyRole(c, provider, account, claims);
  return { userId: account.userId, isNew: false };
}

/** The userinfo endpoint is asked for what the ID token does not say and we need. */
async function claimsFor(provider: ProviderRow, answer: ProviderAnswer, isNew: boolean): Promise<Claims> {
  const { claims, moreClaims } = answer;
  const lacksRoles = mapsRoles(provider) && claimAt(claims, provider.roleClaim ?? "") === undefined;
  const lacksPerson = isNew && (claims.email === undefined || claims.name === undefined);
  return lacksRoles || lacksPerson ? mergeClaims(claims, await moreClaims()) : claims;
}

function refuseDisabled({ status }: OpenedAccount): void {
  if (status === "disabled") throw new AppError("account-disabled", "An admin has locked this account.");
}

/** Owners and admins link by themselves only: whoever has their address at a provider must not become one by it. */
async function linkByAddress(
  c: Context<AppEnv>,
  provider: ProviderRow,
  subject: string,
  claims: Claims,
): Promise<OpenedAccount | null> {
  const { db, now } = c.var.deps;
  const address = emailOf(claims);
  if (!provider.trustEmail || address?.isVerified !== true) return null;
  const account = await findByVerifiedEmail(db, address.email);
  if (account === null || account.role !== "member") return null;
  refuseDisabled(account);
  const identity = { providerId: provider.id, subject, userId: account.userId, email: address.email };
  return await firstOrSame(c, identity, async () => {
    await db.batch([
      insertIdentity(db, identity, now()),
      auditStatement(c, {
        action: "identity.linked",
        subjectId: account.userId,
        actorId: account.userId,
        details: { provider: provider.id, because: "verified address" },
      }),
      ...noticeStatements(c, account.userId, "provider-linked", provider.name),
    ]);
    sendSoon(c);
    return account;
  });
}

async function signUp(
  c: Context<AppEnv>,
  provider: ProviderRow,
  subject: string,
  claims: Claims,
): Promise<{ userId: UserId; isNew: boolean }> {
  const { db, now } = c.var.deps;
  if (!provider.allowSignUp) throw new AppError("registration-closed", "This provider makes no new accounts here.");
  if ((await readIdentitySettings(db)).registration === "closed")
    throw new AppError("registration-closed", "Nobody gets a new account here.");
  const address = emailOf(claims);
  // An address the provider does not vouch for is not the person's: it would keep its real owner out.
  const email = address?.isVerified === true ? address.email : null;
  const identity = { providerId: provider.id, subject, email: address?.email ?? null };
  const opened = await firstOrSame(c, identity, async () => {
    const userId = await createAccount(c, {
      name: nameOf(claims),
      email,
      isEmailVerified: email !== null,
      role: roleOf(claims, provider) ?? "member",
      quotaBytes: null,
      statements: (id) => [insertIdentity(db, { ...identity, userId: id }, now())],
    });
    return { userId, isNew: true };
  });
  return { userId: opened.userId, isNew: "isNew" in opened };
}

/** Two first visits at once: the second finds what the first has made. */
async function firstOrSame<Found>(
  c: Context<AppEnv>,
  identity: { providerId: string; subject: string },
  make: () => Promise<Found>,
): Promise<Found | OpenedAccount> {
  try {
    return await make();
  } catch (error) {
    const found = await findIdentity(c.var.deps.db, identity.providerId, identity.subject);
    if (found !== null) return found;
    if (error instanceof Error && error.message.includes("identities.user_id"))
      throw new AppError("email-taken", "The account with this address has another identity there.", { cause: error });
    throw error;
  }
}

async function applyRole(
  c: Context<AppEnv>,
  provider: ProviderRow,
  { userId, role: before }: OpenedAccount,
  claims: Claims,
): Promise<void> {
  const { db, now } = c.var.deps;
  const role = roleOf(claims, provider);
  if (role === null || role === before || before === "owner") return;
  await db.batch([
    changeMappedRole(db, userId, role, before),
    auditStatement(c, {
      action: "account.role-changed",
      subjectId: userId,
      actorId: null,
      details: { before, role, provider: provider.id },
    }),
    revokeInvitationsOf(db, userId, now()),
  ]);
}
