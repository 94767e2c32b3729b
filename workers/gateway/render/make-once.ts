// A render, unless it is there by now: counted, then made, and kept as far as its account's share goes.
import { RenderOutcome, type RenderRequest } from "../../../shared/contracts/renders.ts";
import type { GatewayDeps } from "../deps.ts";
import type { FlightOutcome, RenderLimit, RenderLimits } from "./flight-rpc.ts";

/** Longest wait (ms) for a render: three times what the slowest may compute, for a queue in front of it. */
const FLIGHT_TIMEOUT_MS = 30_000;

/** Throws what may be tried again. */
export async function makeOnce(
  { bucket, renderer, attempts, now }: Pick<GatewayDeps, "bucket" | "renderer" | "attempts" | "now">,
  request: RenderRequest,
  limits: RenderLimits,
): Promise<FlightOutcome> {
  // Somebody who looked before the last flight landed.
  if (request.key !== null && (await bucket.head(request.key)) !== null) return { kind: "stored" };
  const count = ({ counter, most, withinMs }: RenderLimit) => attempts.getByName(counter).count(most, withinMs, now());
  const verdict = await count(limits.made);
  if (!verdict.isAllowed) return { kind: "limited", retryAfterMs: verdict.retryAfterMs };
  const isKept = request.key !== null && (await count(limits.kept)).isAllowed;
  const key = isKept ? request.key : null;
  const outcome = RenderOutcome.parse(await withinTime(renderer.render({ ...request, key })));
  return outcome.kind === "stored" ? { kind: "stored" } : outcome;
}

async function withinTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the renderer did not answer in time")), FLIGHT_TIMEOUT_MS);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
