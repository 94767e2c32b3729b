// Who am I, signing out.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { SignedOut } from "../../../shared/contracts/account.ts";
import { UserInfo } from "../../../shared/contracts/auth.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { findUser } from "../../../shared/db/identity/user-queries.ts";
import { endOwnSession } from "../access/end-session.ts";
import { mediaBase } from "../access/media-grant.ts";
import { clearCookie } from "../access/session-cookie.ts";
import type { AppEnv } from "../app-env.ts";
import { describeUser } from "../identity/describe-user.ts";
import { needsSignInMethod } from "../identity/ways-in.ts";
import { providerLogoutUrl } from "../oidc/provider-logout-url.ts";
import { problemResponses } from "../problem-responses.ts";

export const auth = new OpenAPIHono<AppEnv>();

const signOut = createRoute({
  method: "post",
  path: "/logout",
  operationId: "signOut",
  summary: "End this browser's session",
  responses: {
    200: { description: "Signed out", content: { "application/json": { schema: SignedOut } } },
    ...problemResponses("cross-site-request"),
  },
});

auth.openapi(signOut, async (c) => {
  const ended = await endOwnSession(c);
  clearCookie(c, "session");
  return c.json({ providerLogoutUrl: await providerLogoutUrl(c, ended?.userId ?? "", ended) }, 200);
});

const userinfo = createRoute({
  method: "get",
  path: "/userinfo",
  operationId: "getUserInfo",
  summary: "Who am I, and how much do I store",
  responses: {
    200: { description: "The signed-in user", content: { "application/json": { schema: UserInfo } } },
    ...problemResponses("unauthenticated"),
  },
});

auth.openapi(userinfo, async (c) => {
  const { deps, principal } = c.var;
  const user = await findUser(deps.db, principal.userId);
  if (user === null) throw new AppError("unauthenticated", "The account no longer exists.");
  const more = {
    mediaBase: await mediaBase(deps, principal),
    needsSignInMethod: await needsSignInMethod(deps, principal.userId),
  };
  return c.json(describeUser(user, principal, more, deps.now()), 200);
});
