// A browser's way to a provider and back. Both answer a person with a redirect, never with a problem in JSON.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { safeTarget } from "../../../shared/contracts/safe-target.ts";
import { authenticate } from "../access/authenticate.ts";
import type { AppEnv } from "../app-env.ts";
import { beginVisit, usableProvider } from "../oidc/begin-visit.ts";
import { explainFailure } from "../oidc/explain-failure.ts";
import { finishVisit } from "../oidc/finish-visit.ts";

export const oidc = new OpenAPIHono<AppEnv>();

const params = z.object({ provider: z.string() });
const redirects = { 302: { description: "To the provider, to a page of ours, or to /login?problem=…" } };

const start = createRoute({
  method: "get",
  path: "/{provider}/start",
  operationId: "startProviderSignIn",
  summary: "Sign in at a provider (?to= a path of ours; ?confirm=1 proves again who sits here)",
  request: { params },
  responses: redirects,
});

oidc.openapi(start, async (c) => {
  const { provider: id } = c.req.valid("param");
  try {
    refuseUnlessNavigation(c);
    const provider = await usableProvider(c, id);
    const to = safeTarget(c.req.query("to"));
    const principal = c.req.query("confirm") === "1" ? await authenticate(c) : null;
    const asked =
      principal?.via === "session"
        ? { kind: "confirm" as const, userId: principal.userId, sessionId: principal.credentialId }
        : { kind: "sign-in" as const, userId: null, sessionId: null };
    return c.redirect(await beginVisit(c, provider, { ...asked, to }), 302);
  } catch (error) {
    return c.redirect(await explainFailure(c, id, null, error), 302);
  }
});

/** Any page can make a browser ask for this as a picture or in a frame (Fetch Metadata): nothing begins by that. */
function refuseUnlessNavigation(c: Context<AppEnv>): void {
  const { "sec-fetch-mode": mode = "navigate", "sec-fetch-dest": destination = "document" } = c.req.header();
  if (mode !== "navigate" || destination !== "document")
    throw new AppError("sign-in-failed", "Only going there, in a window, begins a visit.");
}

const callback = createRoute({
  method: "get",
  path: "/{provider}/callback",
  operationId: "finishProviderSignIn",
  summary: "The provider's redirect URI",
  request: { params },
  responses: redirects,
});

oidc.openapi(callback, async (c) => c.redirect(await finishVisit(c, c.req.valid("param").provider), 302));
