// The address policy of this installation, for a request.
import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { publicOrigin } from "../public-origin.ts";
import type { AddressPolicy } from "./provider-address.ts";

export function addressPolicy(c: Context<AppEnv>): AddressPolicy {
  return { allowLoopback: HELIOGRAPH_LOCAL_BUILD, ownHost: new URL(publicOrigin(c)).hostname };
}
