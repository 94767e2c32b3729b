// One run at a time per key: whoever asks for what is being made already waits for it. Per isolate; others may make it too.

interface Flight<Result> {
  readonly startedAt: number;
  readonly result: Promise<Result>;
}

/** Age (ms) at which a run is given up on: the runtime keeps a request whose caller left for 30 s, and then drops its promises. */
const FLIGHT_MAX_MS = 30_000;

export class SingleFlight<Result> {
  readonly #flights = new Map<string, Flight<Result>>();

  /** @param now ms @param start is not called when a run under this key is on its way; its failure is everybody's. */
  run(key: string, now: number, start: () => Promise<Result>): Promise<Result> {
    const current = this.#flights.get(key);
    if (current !== undefined && now - current.startedAt < FLIGHT_MAX_MS) return current.result;
    const result = start().finally(() => {
      if (this.#flights.get(key)?.result === result) this.#flights.delete(key);
    });
    this.#flights.set(key, { startedAt: now, result });
    return result;
  }
}
