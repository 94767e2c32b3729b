// The shield around the platform's rate limit, which tests of the whole stack do without.
import { join } from "node:path";
import { Hono } from "hono";
import { expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { ROOT } from "../../../local/worker-configs.ts";
import type { Principal } from "../../../shared/contracts/auth.ts";
import { SHIELD_PER_NETWORK, SHIELD_PER_USER, SHIELD_PERIOD_SECONDS } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";
import type { GatewayDeps } from "../deps.ts";
import { onError } from "../problem.ts";
import { shield } from "./shield.ts";

const PRINCIPAL = { userId: "alice", credentialId: "key-1" } as unknown as Principal;

/** A limit of `most` requests per key, or one that fails. */
function limitOf(most: number): RateLimit & { readonly keys: string[] } {
  const keys: string[] = [];
  return {
    keys,
    async limit({ key }) {
      if (most < 0) throw new Error("the rate limit is out of order");
      keys.push(key);
      return { success: keys.filter((one) => one === key).length <= most };
    },
  };
}

function ask(
  limits: Pick<GatewayDeps, "userShield" | "networkShield">,
  principal: Principal | null,
  address = "203.0.113.7",
) {
  const app = new Hono<AppEnv>();
  app.use(async (c) => {
    c.set("requestId", "test");
    c.set("deps", limits as GatewayDeps);
    await shield(c, principal);
    return c.text("ok");
  });
  app.onError(onError);
  return app.request("/", { headers: { "cf-connecting-ip": address } });
}

it("lets a credential through as often as allowed, and then says when to come back", async () => {
  const limits = { userShield: limitOf(2), networkShield: limitOf(0) };
  expect((await ask(limits, PRINCIPAL)).status).toBe(200);
  expect((await ask(limits, PRINCIPAL)).status).toBe(200);
  const refused = await ask(limits, PRINCIPAL);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, String(SHIELD_PERIOD_SECONDS)]);
  expect((await ask(limits, { ...PRINCIPAL, credentialId: "key-2" })).status).toBe(200);
  expect(limits.userShield.keys[0]).toBe("key-1|alice");
});

it("counts whoever has no credential by network: a whole /64 of IPv6 is one", async () => {
  const limits = { userShield: limitOf(0), networkShield: limitOf(1) };
  expect((await ask(limits, null, "2001:db8:1:2::1")).status).toBe(200);
  expect((await ask(limits, null, "2001:db8:1:2:ffff::9")).status).toBe(429);
  expect((await ask(limits, null, "2001:db8:1:3::1")).status).toBe(200);
});

it("lets everybody through when it fails, or is not there", async () => {
  const broken = { userShield: limitOf(-1), networkShield: limitOf(-1) };
  expect((await ask(broken, PRINCIPAL)).status).toBe(200);
  expect((await ask(broken, null)).status).toBe(200);
  expect((await ask({ userShield: undefined, networkShield: undefined }, null)).status).toBe(200);
});

it("has the numbers of its binding", () => {
  // wrangler's type leaves it open.
  const { ratelimits } = unstable_readConfig({ config: join(ROOT, "wrangler.toml") }) as {
    ratelimits?: readonly { readonly name: string; readonly simple: unknown }[];
  };
  const simple = (name: string) => ratelimits?.find((one) => one.name === name)?.simple;
  expect(simple("USER_SHIELD")).toEqual({ limit: SHIELD_PER_USER, period: SHIELD_PERIOD_SECONDS });
  expect(simple("NETWORK_SHIELD")).toEqual({ limit: SHIELD_PER_NETWORK, period: SHIELD_PERIOD_SECONDS });
});
