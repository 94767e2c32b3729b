// What every handler finds in its context.
import type { Principal } from "../../shared/contracts/auth.ts";
import type { RenderSource } from "../../shared/db/photos/render-queries.ts";
import type { GatewayDeps } from "./deps.ts";
import type { GatewayEnv } from "./env.ts";

export interface AppEnv {
  Bindings: GatewayEnv;
  Variables: {
    requestId: string;
    deps: GatewayDeps;
    /** Set by requireAccess; routes that anyone may call have none. */
    principal: Principal;
    /** Set by requireAccess in place of a principal, where a signed address was good: the one photo it opens. */
    signedPhoto?: RenderSource;
  };
}
