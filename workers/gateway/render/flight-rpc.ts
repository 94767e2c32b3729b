// What a flight is asked and answers, and the slice of its namespace the gateway needs.
import type { RenderOutcome, RenderRequest } from "../../../shared/contracts/renders.ts";

/** A counter of attempts, by its digest, and what it allows: counted once per render that is really made. */
export interface RenderLimit {
  readonly counter: string;
  readonly most: number;
  readonly withinMs: number;
}

export type FlightOutcome =
  /** It is in the bucket under the request's key. */
  | { readonly kind: "stored" }
  | Exclude<RenderOutcome, { kind: "stored" }>
  | { readonly kind: "limited"; readonly retryAfterMs: number };

export interface RenderFlightRpc {
  /** Rejects for what may be tried again. */
  render(request: RenderRequest, limit: RenderLimit): Promise<FlightOutcome>;
}

export interface RenderFlightNamespace {
  getByName(name: string): RenderFlightRpc;
}
