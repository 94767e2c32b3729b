// What a flight is asked and answers, and the slice of its namespace the gateway needs.
import type { RenderOutcome, RenderRequest } from "../../../shared/contracts/renders.ts";

/** A counter of attempts, by its digest, and what it allows: counted once per render, not per request. */
export interface RenderLimit {
  readonly counter: string;
  readonly most: number;
  readonly withinMs: number;
}

export interface RenderLimits {
  readonly made: RenderLimit;
  /** Beyond it a render is handed back, not kept. */
  readonly kept: RenderLimit;
}

export type FlightOutcome =
  /** It is in the bucket under the request's key. */
  | { readonly kind: "stored" }
  | Exclude<RenderOutcome, { kind: "stored" }>
  | { readonly kind: "limited"; readonly retryAfterMs: number };

export interface RenderFlightRpc {
  /** Rejects for what may be tried again. */
  render(request: RenderRequest, limits: RenderLimits): Promise<FlightOutcome>;
}

export interface RenderFlightNamespace {
  getByName(name: string): RenderFlightRpc;
}
