// The queue loop: parse, handle and settle each message by itself. Nothing else touches ack and retry.
import type { z } from "zod";
import { QUEUE_MAX_DELAY_SECONDS } from "../contracts/limits.ts";
import { errorText, log } from "./log.ts";

/** What became of one message. `retry` is for causes that may pass; `drop` for those that cannot. */
export type Outcome =
  | { readonly kind: "done"; readonly reason?: string }
  | { readonly kind: "retry"; readonly reason: string; readonly delaySeconds?: number }
  | { readonly kind: "drop"; readonly reason: string };

export interface QueueMessage {
  readonly id: string;
  readonly body: unknown;
  readonly attempts: number;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

export interface ConsumeOptions {
  /** For the log. */
  readonly queue: string;
  /** Messages handled at once; memory is what bounds it. */
  readonly concurrency: number;
  /** True for messages that belong in the dead-letter queue unread: a newer sender's meaning must not be guessed. */
  readonly isForeign?: (body: unknown) => boolean;
}

/** One bad message never re-runs its neighbours: every message is acknowledged or retried by itself. */
export async function consume<S extends z.ZodType>(
  messages: readonly QueueMessage[],
  schema: S,
  options: ConsumeOptions,
  handle: (body: z.infer<S>) => Promise<Outcome>,
): Promise<void> {
  const waiting = [...messages];
  const worker = async (): Promise<void> => {
    for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) {
      const outcome: Outcome =
        options.isForeign?.(message.body) === true
          ? { kind: "retry", reason: "another major version" }
          : await outcomeOf(schema, handle, message.body);
      if (outcome.kind === "retry")
        message.retry({ delaySeconds: outcome.delaySeconds ?? backoffSeconds(message.attempts) });
      else message.ack();
      if (outcome.kind !== "done") {
        log(outcome.kind === "drop" ? "error" : "warn", "message-settled", {
          queue: options.queue,
          message: message.id,
          attempts: message.attempts,
          outcome: outcome.kind,
          reason: outcome.reason,
        });
      }
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
}

async function outcomeOf<S extends z.ZodType>(
  schema: S,
  handle: (body: z.infer<S>) => Promise<Outcome>,
  body: unknown,
): Promise<Outcome> {
  const parsed = schema.safeParse(body);
  if (!parsed.success)
    return { kind: "drop", reason: `unreadable message: ${parsed.error.issues[0]?.message ?? "no issue"}` };
  try {
    return await handle(parsed.data);
  } catch (cause) {
    return { kind: "retry", reason: errorText(cause) };
  }
}

/** 2, 4, 8 … seconds, at most a quarter of an hour. */
export function backoffSeconds(attempts: number): number {
  return Math.min(QUEUE_MAX_DELAY_SECONDS, 2 ** attempts);
}
