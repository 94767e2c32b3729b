// How fast to go: lanes, the rate, and when to wait because the network or the server said so.
import { ApiError, NetworkError } from "../../../api.ts";
import { backoffMs } from "./backoff.ts";
import { Goodput } from "./goodput.ts";
import { afterPushback, afterWindow, LANES_AT_START, LANES_MAX, type LaneState } from "./lane-control.ts";

const LANE_WINDOW_MS = 2_000;

interface PaceDeps {
  readonly now: () => number;
  readonly random: () => number;
  readonly maxLanes?: number;
}

export class SendPace {
  isSignedOut = false;
  readonly #deps: PaceDeps;
  readonly #goodput = new Goodput();
  #lanes: LaneState = LANES_AT_START;
  /** Failures to reach the server in a row; while there are any, we wait before each new try. */
  #networkFailures = 0;
  #heldUntilMs = 0;
  #windowStartMs = 0;
  #windowBytes = 0;

  constructor(deps: PaceDeps) {
    this.#deps = deps;
  }

  get lanes(): number {
    return Math.min(this.#lanes.lanes, this.#deps.maxLanes ?? LANES_MAX);
  }

  get isOnline(): boolean {
    return this.#networkFailures === 0;
  }

  get heldForMs(): number {
    return Math.max(0, this.#heldUntilMs - this.#deps.now());
  }

  get bytesPerSecond(): number {
    return this.#goodput.bytesPerSecond(this.#deps.now());
  }

  sent(bytes: number): void {
    this.#goodput.add(this.#deps.now(), bytes);
    this.#windowBytes += Math.max(0, bytes);
  }

  answered(): void {
    this.#networkFailures = 0;
  }

  /** Something outside says that trying again makes sense: the network is back, or somebody signed in. */
  wake(): void {
    this.isSignedOut = false;
    this.#networkFailures = 0;
    this.#heldUntilMs = 0;
  }

  startWindow(): void {
    this.#windowStartMs = this.#deps.now();
    this.#windowBytes = 0;
  }

  measure(areLanesBusy: boolean): void {
    const spanMs = this.#deps.now() - this.#windowStartMs;
    if (spanMs < LANE_WINDOW_MS) return;
    if (areLanesBusy) this.#lanes = afterWindow(this.#lanes, (this.#windowBytes * 1000) / spanMs, this.#deps.maxLanes);
    this.startWindow();
  }

  /** True when the error says "not now" to everything, not only to one file. */
  hold(error: unknown): boolean {
    if (error instanceof ApiError && error.status === 401) {
      this.isSignedOut = true;
      return true;
    }
    const isNetwork = error instanceof NetworkError;
    const isPushback = error instanceof ApiError && (error.status === 429 || error.status >= 500);
    if (!isNetwork && !isPushback) return false;
    if (isNetwork) this.#networkFailures += 1;
    else this.#lanes = afterPushback(this.#lanes);
    const retryAfterMs = error instanceof ApiError ? error.retryAfterMs : null;
    const waitMs = backoffMs(Math.max(1, this.#networkFailures), this.#deps.random(), retryAfterMs);
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#deps.now() + waitMs);
    return true;
  }
}
