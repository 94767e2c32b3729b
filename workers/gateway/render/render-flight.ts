// One object per render, so that a herd has it made once. Keeps nothing: what it knows ends with the flight.
import { DurableObject } from "cloudflare:workers";
import { RenderOutcome, type RenderRequest } from "../../../shared/contracts/renders.ts";
import { gatewayDeps } from "../deps.ts";
import type { GatewayEnv } from "../env.ts";
import type { FlightOutcome, RenderFlightRpc, RenderLimit } from "./flight-rpc.ts";

/** Longest wait (ms) for a render: three times what the slowest may compute, for a queue in front of it. */
const FLIGHT_TIMEOUT_MS = 30_000;

export class RenderFlight extends DurableObject<GatewayEnv> implements RenderFlightRpc {
  #flying: Promise<FlightOutcome> | null = null;

  async render(request: RenderRequest, limit: RenderLimit): Promise<FlightOutcome> {
    this.#flying ??= this.#fly(request, limit).finally(() => {
      this.#flying = null;
    });
    return await this.#flying;
  }

  async #fly(request: RenderRequest, limit: RenderLimit): Promise<FlightOutcome> {
    const { bucket, renderer, attempts, now } = gatewayDeps(this.env);
    // Somebody who looked before the last flight landed.
    if (request.key !== null && (await bucket.head(request.key)) !== null) return { kind: "stored" };
    const verdict = await attempts.getByName(limit.counter).count(limit.most, limit.withinMs, now());
    if (!verdict.isAllowed) return { kind: "limited", retryAfterMs: verdict.retryAfterMs };
    const outcome = RenderOutcome.parse(await withinTime(renderer.render(request)));
    return outcome.kind === "stored" ? { kind: "stored" } : outcome;
  }
}

async function withinTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the renderer did not answer in time")), FLIGHT_TIMEOUT_MS);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
