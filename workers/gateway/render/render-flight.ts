// One object per render, so that a herd has it made once. Keeps nothing: what it knows ends with the flight.
import { DurableObject } from "cloudflare:workers";
import type { RenderRequest } from "../../../shared/contracts/renders.ts";
import { gatewayDeps } from "../deps.ts";
import type { GatewayEnv } from "../env.ts";
import type { FlightOutcome, RenderFlightRpc, RenderLimits } from "./flight-rpc.ts";
import { makeOnce } from "./make-once.ts";

export class RenderFlight extends DurableObject<GatewayEnv> implements RenderFlightRpc {
  #flying: Promise<FlightOutcome> | null = null;

  async render(request: RenderRequest, limits: RenderLimits): Promise<FlightOutcome> {
    this.#flying ??= makeOnce(gatewayDeps(this.env), request, limits).finally(() => {
      this.#flying = null;
    });
    return await this.#flying;
  }
}
