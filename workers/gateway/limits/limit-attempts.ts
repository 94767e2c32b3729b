// How often somebody may try. Counted before the attempt is judged, in one place for all of the platform's isolates; a
// counter that does not answer lets nobody through.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { ATTEMPT_LIMITS, type AttemptKind } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";
import { askWorker } from "../ask-worker.ts";
import type { AttemptCounterRpc } from "./attempt-namespace.ts";

/**
 * Counts an attempt.
 * @param name an address, a user's id or a network: kept nowhere, not even as an object's name
 * @throws AppError too-many-requests with Retry-After (seconds until there is room again)
 */
export async function limitAttempts(c: Context<AppEnv>, kind: AttemptKind, name: string): Promise<void> {
  const { now, variables } = c.var.deps;
  const { most, withinMs } = ATTEMPT_LIMITS[kind];
  const scaled = Math.max(1, Math.floor(most * variables.attemptLimitFactor));
  const verdict = await ask(c, kind, name, (counter) => counter.count(scaled, withinMs, now()));
  if (verdict.isAllowed) return;
  const seconds = Math.max(1, Math.ceil(verdict.retryAfterMs / 1000));
  throw new AppError("too-many-requests", `There were too many attempts; try again in ${inWords(seconds)}.`, {
    headers: { "retry-after": String(seconds) },
    facts: { kind, isFirst: verdict.isFirst },
  });
}

/** The attempt just counted succeeded: only failures count. */
export async function uncountAttempt(c: Context<AppEnv>, kind: AttemptKind, name: string): Promise<void> {
  await ask(c, kind, name, (counter) => counter.uncount());
}

/** After a success: the failures before it were the person's own. */
export async function clearAttempts(c: Context<AppEnv>, kind: AttemptKind, name: string): Promise<void> {
  await ask(c, kind, name, (counter) => counter.clear());
}

async function ask<Answer>(
  c: Context<AppEnv>,
  kind: AttemptKind,
  name: string,
  call: (counter: AttemptCounterRpc) => Promise<Answer>,
): Promise<Answer> {
  const { attempts, vault } = c.var.deps;
  const counter = attempts.getByName(await vault.derive("limit-name", `${kind}:${name}`));
  return await askWorker("The count of attempts did not answer.", () => call(counter));
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
