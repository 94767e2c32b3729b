// Signing in by the one-time link of the terminal. Real accounts replace this file; nothing else knows about it.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { UserInfo } from "../../../shared/contracts/auth.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { createSession, deleteSession, findUser, spendSignInLink } from "../../../shared/db/identity-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { isPlainLoopback, refuseCrossSite, requireUser, sessionCookieName } from "../authenticate.ts";
import { problemResponses } from "../problem-responses.ts";
import { newSecret, sha256Hex } from "../secrets.ts";

/** Life of a browser session. */
const SESSION_SECONDS = 30 * 24 * 60 * 60;

export const auth = new OpenAPIHono<AppEnv>();

const signIn = createRoute({
  method: "post",
  path: "/link",
  operationId: "signInByLink",
  summary: "Spend a one-time sign-in link",
  request: {
    body: {
      required: true,
      content: { "application/json": { schema: z.object({ token: z.string().min(20).max(200) }) } },
    },
  },
  responses: {
    204: { description: "Signed in; the session cookie is set" },
    ...problemResponses("invalid-request", "unauthenticated", "cross-site-request"),
  },
});

auth.openapi(signIn, async (c) => {
  refuseCrossSite(c);
  const { db, now } = c.var.deps;
  const link = await spendSignInLink(db, await sha256Hex(c.req.valid("json").token), now());
  if (link === null) throw new AppError("unauthenticated", "The sign-in link is unknown, used or expired.");
  const secret = newSecret();
  await createSession(
    db,
    { hash: await sha256Hex(secret), userId: link.userId, expiresAt: now() + SESSION_SECONDS * 1000 },
    now(),
  );
  const url = new URL(c.req.url);
  setCookie(c, sessionCookieName(url), secret, {
    path: "/",
    httpOnly: true,
    secure: !isPlainLoopback(url),
    sameSite: "Lax",
    maxAge: SESSION_SECONDS,
  });
  return c.body(null, 204);
});

const signOut = createRoute({
  method: "post",
  path: "/logout",
  operationId: "signOut",
  summary: "End this browser's session",
  responses: { 204: { description: "Signed out" }, ...problemResponses("cross-site-request") },
});

auth.openapi(signOut, async (c) => {
  refuseCrossSite(c);
  const url = new URL(c.req.url);
  const name = sessionCookieName(url);
  const secret = getCookie(c, name);
  if (secret !== undefined) await deleteSession(c.var.deps.db, await sha256Hex(secret));
  deleteCookie(c, name, { path: "/", secure: !isPlainLoopback(url) });
  return c.body(null, 204);
});

const userinfo = createRoute({
  method: "get",
  path: "/userinfo",
  operationId: "getUserInfo",
  summary: "Who am I, and how much do I store",
  middleware: [requireUser()] as const,
  responses: {
    200: { description: "The signed-in user", content: { "application/json": { schema: UserInfo } } },
    ...problemResponses("unauthenticated"),
  },
});

auth.openapi(userinfo, async (c) => {
  const user = await findUser(c.var.deps.db, c.var.principal.userId);
  if (user === null) throw new AppError("unauthenticated", "The account no longer exists.");
  return c.json(user, 200);
});
