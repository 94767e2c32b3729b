// The health document of GET /health: one check per dependency; degraded is not down.
import { z } from "zod";

export const CheckState = z.enum(["ok", "degraded", "down"]);
export type CheckState = z.infer<typeof CheckState>;

export const HealthCheck = z.object({ state: CheckState, detail: z.string().optional(), ms: z.int().optional() });
export type HealthCheck = z.infer<typeof HealthCheck>;

export const Health = z
  .object({
    status: CheckState,
    checks: z.object({ d1: HealthCheck, r2: HealthCheck, queue: HealthCheck, hub: HealthCheck, models: HealthCheck }),
    /** True when recognition-grade models are installed; otherwise faces are only roughly comparable. */
    recognition: z.boolean(),
    version: z.string(),
  })
  .meta({ id: "Health" });
export type Health = z.infer<typeof Health>;
