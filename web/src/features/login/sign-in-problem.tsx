// What went wrong while getting in, and what to do next. Too often: counts down until it may be tried again.
import type { ReactNode } from "react";
import type { ErrorCode } from "../../../../shared/contracts/errors.ts";
import { ApiError } from "../../api.ts";
import { Failure, Notice } from "../../ui/notice.tsx";
import { useCountdown } from "../../ui/use-countdown.ts";
import { sayPasskeyProblem } from "./ask-for-passkey.ts";

/** When the server says "too often" without saying until when (ms). */
const WAIT_MS = 30_000;

/** "That was not right", of a way in and of a proof. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(["sign-in-failed", "unauthenticated", "confirmation-required"]);

export interface Trouble {
  readonly error: unknown;
  readonly at: number;
  /** What was tried: its own words for "that was not right". */
  readonly refused: { readonly title: string; readonly next: string };
}

export function waitUntil(trouble: Trouble | null): number | null {
  const error = trouble?.error;
  if (!(error instanceof ApiError) || error.status !== 429) return null;
  return (trouble?.at ?? 0) + (error.retryAfterMs ?? WAIT_MS);
}

export function SignInProblem({ trouble }: { trouble: Trouble }): ReactNode {
  const left = useCountdown(waitUntil(trouble));
  const { error, refused } = trouble;
  const isTooOften = error instanceof ApiError && error.status === 429;
  if (isTooOften) {
    return (
      <Notice tone="error" title="Too many tries">
        {left > 0 ? `Wait ${sayWait(left)}, then try again.` : "You can try again now."}
      </Notice>
    );
  }
  const byBrowser = sayPasskeyProblem(error);
  if (byBrowser !== null) {
    return (
      <Notice tone="error" title="The passkey was not used">
        {byBrowser} Try again, or choose another way.
      </Notice>
    );
  }
  if (error instanceof ApiError && REFUSALS.has(error.code)) {
    return (
      <Notice tone="error" title={refused.title}>
        {refused.next}
      </Notice>
    );
  }
  return <Failure what="You could not be signed in" error={error} />;
}

export function sayWait(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
