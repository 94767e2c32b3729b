// A queue as production promises it: at least once, in no order, with a limit of retries and then a dead-letter queue;
// and as a local runtime keeps it: gone when the runtime restarts.
import type { QueueMessage } from "../../shared/adapters/consume.ts";
import { QUEUE_MESSAGE_MAX_BYTES } from "../../shared/contracts/limits.ts";
import { IllegalCall } from "./fake-d1.ts";
import type { Random } from "./random.ts";

interface WaitingMessage {
  readonly id: number;
  readonly body: unknown;
  readonly attempts: number;
  readonly availableAt: number;
  readonly sentAt: number;
}

interface Delivery {
  readonly messages: readonly QueueMessage[];
  /** Applies acknowledgements and retries: when the handler is through. */
  settle(now: number): void;
  /** The consumer died: what it had goes back. */
  abort(now: number): void;
}

const RETENTION_MS = 4 * 24 * 60 * 60_000;

export class FakeQueue {
  readonly name: string;
  readonly #maxRetries: number;
  readonly #retryDelayMs: number;
  readonly #deadLetters: FakeQueue | null;
  waiting: WaitingMessage[] = [];
  #nextId = 1;

  constructor(name: string, limits: { maxRetries: number; retryDelaySeconds: number }, deadLetters: FakeQueue | null) {
    this.name = name;
    this.#maxRetries = limits.maxRetries;
    this.#retryDelayMs = limits.retryDelaySeconds * 1000;
    this.#deadLetters = deadLetters;
  }

  send(body: unknown, now: number): void {
    const text = JSON.stringify(body);
    if (text.length > QUEUE_MESSAGE_MAX_BYTES) throw new IllegalCall(`a message of ${text.length} bytes`);
    this.waiting.push({ id: this.#nextId++, body: JSON.parse(text), attempts: 1, availableAt: now, sentAt: now });
  }

  hasReady(now: number): boolean {
    return this.waiting.some(({ availableAt }) => availableAt <= now);
  }

  /** When the next delayed message becomes ready; Infinity when there is none. */
  nextAt(): number {
    return this.waiting.reduce(
      (earliest, { availableAt }) => Math.min(earliest, availableAt),
      Number.POSITIVE_INFINITY,
    );
  }

  /** Messages older than the retention are gone. */
  expire(now: number): void {
    this.waiting = this.waiting.filter(({ sentAt }) => now - sentAt < RETENTION_MS);
  }

  deliver(random: Random, now: number, max: number, duplicateRate: number): Delivery {
    const ready = this.waiting.filter(({ availableAt }) => availableAt <= now);
    const taken: WaitingMessage[] = [];
    while (taken.length < max && ready.length > 0) taken.push(random.take(ready));
    const kept = new Set(taken.filter(() => random.chance(duplicateRate)));
    this.waiting = this.waiting.filter((message) => !taken.includes(message) || kept.has(message));
    const decisions = new Map<WaitingMessage, "ack" | { delayMs: number }>();
    const retryDelayMs = this.#retryDelayMs;
    const messages = taken.map(
      (message): QueueMessage => ({
        id: String(message.id),
        body: message.body,
        attempts: message.attempts,
        ack: () => void (decisions.has(message) || decisions.set(message, "ack")),
        retry(options = {}) {
          const seconds = options.delaySeconds;
          if (seconds !== undefined && (seconds < 0 || seconds > 86_400 || !Number.isInteger(seconds)))
            throw new IllegalCall(`a retry in ${seconds} s`);
          if (!decisions.has(message))
            decisions.set(message, { delayMs: seconds === undefined ? retryDelayMs : seconds * 1000 });
        },
      }),
    );
    const settle = (now: number, wasAborted: boolean): void => {
      for (const message of taken) {
        const decision = decisions.get(message);
        if (decision === "ack" && !wasAborted) continue;
        this.#retry(message, now + (typeof decision === "object" ? decision.delayMs : this.#retryDelayMs), now);
      }
    };
    return { messages, settle: (at) => settle(at, false), abort: (at) => settle(at, true) };
  }

  #retry(message: WaitingMessage, availableAt: number, now: number): void {
    if (message.attempts > this.#maxRetries) this.#deadLetters?.send(message.body, now);
    else this.waiting.push({ ...message, attempts: message.attempts + 1, availableAt });
  }
}
