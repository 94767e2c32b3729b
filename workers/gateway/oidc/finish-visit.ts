// A browser comes back from a provider: signed in, linked, confirmed, or sent to a page that says why not.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { ID_TOKEN_HINT_MAX_CHARS } from "../../../shared/contracts/limits.ts";
import { findIdentity, insertIdentity } from "../../../shared/db/identity/identity-queries.ts";
import type { ProviderRow } from "../../../shared/db/identity/provider-queries.ts";
import { refreshSession } from "../../../shared/db/identity/session-queries.ts";
import { authenticate } from "../access/authenticate.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { callerNetwork } from "../identity/caller-network.ts";
import { completeSignIn } from "../identity/complete-sign-in.ts";
import { limitAttempts, uncountAttempt } from "../limits/limit-attempts.ts";
import { noticeStatements, sendSoon } from "../mail/queue-letter.ts";
import { addressPolicy } from "./address-policy.ts";
import { usableProvider } from "./begin-visit.ts";
import { discoverProvider, type ProviderMetadata } from "./discover-provider.ts";
import { exchangeCode, type ProviderAnswer } from "./exchange-code.ts";
import { explainFailure } from "./explain-failure.ts";
import { openAccount } from "./open-account.ts";
import { emailOf } from "./read-claims.ts";
import { closeVisit, type Visit } from "./visit.ts";

/** @returns a path of ours to send the browser to; throws nothing: a person is looking */
export async function finishVisit(c: Context<AppEnv>, providerId: string): Promise<string> {
  let visit: Visit | null = null;
  try {
    const states = new URL(c.req.url).searchParams.getAll("state");
    const closed = await closeVisit(c, states.length === 1 ? (states[0] ?? null) : null);
    if (closed === null) throw new AppError("sign-in-failed", "This browser began no such visit, or it took too long.");
    visit = closed.visit;
    // Only here: what comes before it, any page can cause.
    const { counted } = callerNetwork(c);
    await limitAttempts(c, "sign-in:network", counted);
    // Mix-up (RFC 9700 §4.4): each provider has a redirect URI of its own.
    if (visit.provider !== providerId) throw new AppError("provider-refused", "The answer came to another's address.");
    const provider = await usableProvider(c, providerId);
    if (provider.issuer !== visit.issuer) throw new AppError("provider-refused", "The provider has changed meanwhile.");
    const metadata = await discoverProvider(provider.issuer, addressPolicy(c), c.var.deps.now());
    const answer = await exchangeCode(c, provider, metadata, closed);
    await ENDINGS[visit.kind]({ c, visit, provider, metadata, answer });
    await uncountAttempt(c, "sign-in:network", counted);
    return visit.to;
  } catch (error) {
    return await explainFailure(c, providerId, visit, error);
  }
}

interface Ending {
  readonly c: Context<AppEnv>;
  readonly visit: Visit;
  readonly provider: ProviderRow;
  readonly metadata: ProviderMetadata;
  readonly answer: ProviderAnswer;
}

const ENDINGS: Readonly<Record<Visit["kind"], (ending: Ending) => Promise<void>>> = {
  "sign-in": async ({ c, provider, metadata, answer }) => {
    const { userId, isNew } = await openAccount(c, provider, answer);
    const now = c.var.deps.now();
    const isHint = metadata.end_session_endpoint !== undefined && answer.idToken.length <= ID_TOKEN_HINT_MAX_CHARS;
    await completeSignIn(c, {
      userId,
      method: "oidc",
      providerId: provider.id,
      authenticatedAt: isNew ? now : provedAt(answer, now),
      ...(isHint ? { idTokenSealed: await c.var.deps.vault.seal("id-token", userId, answer.idToken) } : {}),
    });
  },
  link: async (ending) => {
    const { c, provider, answer } = ending;
    const userId = await requireSameSession(ending);
    const { db, now } = c.var.deps;
    const email = emailOf(answer.claims)?.email ?? null;
    try {
      await db.batch([
        insertIdentity(db, { providerId: provider.id, subject: answer.claims.sub, userId, email }, now()),
        auditStatement(c, {
          action: "identity.linked",
          subjectId: userId,
          actorId: userId,
          details: { provider: provider.id },
        }),
        ...noticeStatements(c, userId, "provider-linked", provider.name),
      ]);
      sendSoon(c);
    } catch (cause) {
      const owner = await findIdentity(db, provider.id, answer.claims.sub);
      if (owner?.userId === userId) return;
      if (owner !== null) throw new AppError("identity-taken", "It opens another account here.", { cause });
      if (cause instanceof Error && cause.message.includes("identities.user_id"))
        throw new AppError("limit-reached", "Another account of this provider is linked already.", { cause });
      throw cause;
    }
  },
  confirm: async (ending) => {
    const { c, visit, provider, answer } = ending;
    const userId = await requireSameSession(ending);
    const { db, now } = c.var.deps;
    const known = await findIdentity(db, provider.id, answer.claims.sub);
    if (known?.userId !== userId) throw new AppError("sign-in-failed", "Somebody else signed in at the provider.");
    await db.batch([
      refreshSession(db, userId, visit.sessionId ?? "", now()),
      auditStatement(c, {
        action: "session.confirmed",
        subjectId: userId,
        actorId: userId,
        details: { method: "oidc", provider: provider.id },
      }),
    ]);
  },
};

/** @returns Unix ms of the last proof at the provider, of whatever age; 0 where it does not say (OpenID Connect Core §2, auth_time) */
function provedAt({ claims }: ProviderAnswer, now: number): number {
  const { auth_time: seconds } = claims;
  return typeof seconds === "number" ? Math.min(now, Math.max(0, Math.floor(seconds * 1000))) : 0;
}

/** Whoever asked to link or confirm must be who comes back, in the session that asked. */
async function requireSameSession({ c, visit }: Ending): Promise<string> {
  const principal = await authenticate(c);
  if (principal?.via !== "session" || principal.userId !== visit.userId || principal.credentialId !== visit.sessionId)
    throw new AppError("unauthenticated", "The session that asked is over.");
  if (principal.status === "disabled") throw new AppError("account-disabled", "An admin has locked this account.");
  return principal.userId;
}
