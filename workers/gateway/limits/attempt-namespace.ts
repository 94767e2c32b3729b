// What the counters of attempts answer, and the slice of their namespace the gateway needs.

export type AttemptVerdict =
  | { readonly isAllowed: true }
  | {
      readonly isAllowed: false;
      readonly retryAfterMs: number;
      /** No other was refused since one was allowed: worth a line in the audit log, which a flood must not fill. */
      readonly isFirst: boolean;
    };

export interface AttemptCounterRpc {
  /** Counts one attempt unless `most` were made within `withinMs`: one step, so that parallel attempts cannot pass together. */
  count(most: number, withinMs: number, nowMs: number): Promise<AttemptVerdict>;
  uncount(): Promise<void>;
  clear(): Promise<void>;
}

export interface AttemptNamespace {
  getByName(name: string): AttemptCounterRpc;
}
