// A browser comes back from a provider: signed in, linked, confirmed, or sent to a page that says why not.
import type { Context } from "hono";
import {
  AuthorizationResponseError,
  OperationProcessingError,
  ResponseBodyError,
  UnsupportedOperationError,
  WWWAuthenticateChallengeError,
} from "oauth4webapi";
import { errorText, log } from "../../../shared/adapters/log.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { ID_TOKEN_HINT_MAX_CHARS } from "../../../shared/contracts/limits.ts";
import { ProviderVisitProblem } from "../../../shared/contracts/sign-in.ts";
import { findIdentity, insertIdentity } from "../../../shared/db/identity/identity-queries.ts";
import type { ProviderRow } from "../../../shared/db/identity/provider-queries.ts";
import { refreshSession } from "../../../shared/db/identity/session-queries.ts";
import { TokenRefused } from "../../../shared/tokens/token-refused.ts";
import { authenticate } from "../access/authenticate.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement, recordAct } from "../identity/audit.ts";
import { callerNetwork } from "../identity/caller-network.ts";
import { completeSignIn } from "../identity/complete-sign-in.ts";
import { uncountAttempt } from "../limits/limit-attempts.ts";
import { addressPolicy } from "./address-policy.ts";
import { usableProvider } from "./begin-visit.ts";
import { discoverProvider, type ProviderMetadata, UnusableProvider } from "./discover-provider.ts";
import { exchangeCode, type ProviderAnswer } from "./exchange-code.ts";
import { ProviderUnreachable } from "./fetch-from-provider.ts";
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
    // Mix-up (RFC 9700 §4.4): each provider has a redirect URI of its own.
    if (visit.provider !== providerId) throw new AppError("provider-refused", "The answer came to another's address.");
    const provider = await usableProvider(c, providerId);
    if (provider.issuer !== visit.issuer) throw new AppError("provider-refused", "The provider has changed meanwhile.");
    const metadata = await discoverProvider(provider.issuer, addressPolicy(c), c.var.deps.now());
    const answer = await exchangeCode(c, provider, metadata, closed);
    await ENDINGS[visit.kind]({ c, visit, provider, metadata, answer });
    await uncountAttempt(c, "sign-in:network", callerNetwork(c).counted);
    return visit.to;
  } catch (error) {
    return await explain(c, providerId, visit, error);
  }
}

/** Where to send a browser that could not even leave for the provider. */
export function explain(c: Context<AppEnv>, providerId: string, visit: Visit | null, error: unknown): Promise<string> {
  return explainAs(c, providerId, visit, error, problemOf(error));
}

async function explainAs(
  c: Context<AppEnv>,
  providerId: string,
  visit: Visit | null,
  error: unknown,
  problem: ProviderVisitProblem,
): Promise<string> {
  // The cause stays in the log: whoever probes learns that it did not work.
  log(problem === "internal" ? "error" : "warn", "provider-visit-failed", {
    trace: c.var.requestId,
    provider: providerId.slice(0, 31),
    problem,
    cause: errorText(error),
  });
  if (visit !== null)
    await recordAct(c, {
      action: "sign-in.failed",
      subjectId: visit.userId,
      actorId: visit.userId,
      details: { method: "oidc", provider: visit.provider, reason: problem },
    }).catch(() => {});
  const url = new URL(visit === null || visit.kind === "sign-in" ? "/login" : visit.to, "https://here.invalid");
  url.searchParams.set("problem", problem);
  return url.pathname + url.search + url.hash;
}

function problemOf(error: unknown): ProviderVisitProblem {
  if (error instanceof AppError) return ProviderVisitProblem.safeParse(error.code).data ?? "internal";
  if (error instanceof ProviderUnreachable || error instanceof UnusableProvider) return "provider-unavailable";
  if (error instanceof TokenRefused)
    return error.reason === "keys-unavailable" ? "provider-unavailable" : "provider-refused";
  if (error instanceof AuthorizationResponseError) return problemOfResponse(error.error);
  if (REFUSALS.some((refusal) => error instanceof refusal)) return "provider-refused";
  return "internal";
}

/** What oauth4webapi throws for answers that are not what they should be. */
const REFUSALS = [
  OperationProcessingError,
  UnsupportedOperationError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
];

/** RFC 6749 §4.1.2.1: its words are compared, never repeated. */
function problemOfResponse(error: string): ProviderVisitProblem {
  if (error === "access_denied") return "sign-in-failed";
  return error === "server_error" || error === "temporarily_unavailable" ? "provider-unavailable" : "provider-refused";
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
    const userId = await openAccount(c, provider, answer);
    const isHint = metadata.end_session_endpoint !== undefined && answer.idToken.length <= ID_TOKEN_HINT_MAX_CHARS;
    await completeSignIn(c, {
      userId,
      method: "oidc",
      providerId: provider.id,
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
      ]);
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

/** Whoever asked to link or confirm must be who comes back, in the session that asked. */
async function requireSameSession({ c, visit }: Ending): Promise<string> {
  const principal = await authenticate(c);
  if (principal?.via !== "session" || principal.userId !== visit.userId || principal.credentialId !== visit.sessionId)
    throw new AppError("unauthenticated", "The session that asked is over.");
  if (principal.status === "disabled") throw new AppError("account-disabled", "An admin has locked this account.");
  return principal.userId;
}
