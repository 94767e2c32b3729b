// A visit to a provider that failed: one word of a closed list for the person, the cause for the log, a token for neither.
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
import { ProviderVisitProblem } from "../../../shared/contracts/sign-in.ts";
import { TokenRefused } from "../../../shared/tokens/token-refused.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "../identity/audit.ts";
import { UnusableProvider } from "./discover-provider.ts";
import { ProviderUnreachable } from "./fetch-from-provider.ts";
import type { Visit } from "./visit.ts";

/**
 * @param visit null for one that nobody began, or that could not begin
 * @returns a path of ours that says what went wrong
 */
export async function explainFailure(
  c: Context<AppEnv>,
  providerId: string,
  visit: Visit | null,
  error: unknown,
): Promise<string> {
  const problem = problemOf(error);
  log(problem === "internal" ? "error" : "warn", "provider-visit-failed", {
    trace: c.var.requestId,
    provider: providerId.slice(0, 31),
    problem,
    cause: causeText(error),
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

/** What oauth4webapi throws for answers that are not what they should be. */
const REFUSALS = [
  AuthorizationResponseError,
  OperationProcessingError,
  ResponseBodyError,
  UnsupportedOperationError,
  WWWAuthenticateChallengeError,
];

export function problemOf(error: unknown): ProviderVisitProblem {
  if (error instanceof AppError) return ProviderVisitProblem.safeParse(error.code).data ?? "internal";
  if (error instanceof ProviderUnreachable || error instanceof UnusableProvider) return "provider-unavailable";
  if (error instanceof TokenRefused)
    return error.reason === "keys-unavailable" ? "provider-unavailable" : "provider-refused";
  if (error instanceof AuthorizationResponseError) return problemOfResponse(error.error);
  return isRefusal(error) ? "provider-refused" : "internal";
}

/** RFC 6749 §4.1.2.1: its words are compared, never repeated. */
function problemOfResponse(error: string): ProviderVisitProblem {
  if (error === "access_denied") return "sign-in-failed";
  return error === "server_error" || error === "temporarily_unavailable" ? "provider-unavailable" : "provider-refused";
}

/** Under a refusal lies what was refused: an answer with its code, a token, a body. Of those only the sentence is logged. */
export function causeText(error: unknown): string {
  return error instanceof Error && (isRefusal(error) || error instanceof TokenRefused)
    ? `${error.name}: ${error.message}`
    : errorText(error);
}

function isRefusal(error: unknown): boolean {
  return REFUSALS.some((refusal) => error instanceof refusal);
}
