// Getting in: which ways there are, a link by mail and what it opens, a password.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "../../../shared/contracts/errors.ts";
import { EMAIL_LINK_LIFE_MS } from "../../../shared/contracts/limits.ts";
import { safeTarget } from "../../../shared/contracts/safe-target.ts";
import {
  LinkMailed,
  LinkOpened,
  PasswordSignIn,
  RequestEmailLink,
  SignedIn,
  SignInMethods,
  SpendLink,
} from "../../../shared/contracts/sign-in.ts";
import { listOfferedProviders } from "../../../shared/db/identity/provider-queries.ts";
import { readIdentitySettings } from "../../../shared/db/identity/settings-queries.ts";
import { findUserByEmail, isUnclaimed } from "../../../shared/db/identity/user-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { completeSignIn } from "../identity/complete-sign-in.ts";
import { admitLetter, afterAnswer, mailSignInLink } from "../identity/mail-links.ts";
import { openLink } from "../identity/open-link.ts";
import { demandPasswords, provePassword } from "../identity/prove-password.ts";
import { jsonBody, jsonContent } from "../json-content.ts";
import { problemResponses } from "../problem-responses.ts";

export const signIn = new OpenAPIHono<AppEnv>();

const methods = createRoute({
  method: "get",
  path: "/methods",
  operationId: "getSignInMethods",
  summary: "How people get in here",
  responses: { 200: { description: "What the sign-in page offers", content: jsonContent(SignInMethods) } },
});

signIn.openapi(methods, async (c) => {
  const { db, mailer } = c.var.deps;
  const [settings, providers, unclaimed] = await Promise.all([
    readIdentitySettings(db),
    listOfferedProviders(db),
    isUnclaimed(db),
  ]);
  return c.json(
    {
      passkey: true,
      email: mailer !== null,
      password: settings.passwords,
      providers: providers.map(({ id, name }) => ({ id, name, startUrl: `/api/v1/auth/oidc/${id}/start` })),
      registration: settings.registration,
      isUnclaimed: unclaimed,
    },
    200,
  );
});

const requestLink = createRoute({
  method: "post",
  path: "/email",
  operationId: "requestEmailLink",
  summary: "Mail a sign-in link to an address; the answer is the same whether or not it is known here",
  request: jsonBody(RequestEmailLink),
  responses: {
    202: { description: "If the address has an account, a link is on its way", content: jsonContent(LinkMailed) },
    ...problemResponses("invalid-request", "cross-site-request", "mail-unavailable", "too-many-requests"),
  },
});

signIn.openapi(requestLink, async (c) => {
  const { email, to } = c.req.valid("json");
  await admitLetter(c, email);
  afterAnswer(c, () => mailSignInLink(c, email, to === undefined ? null : safeTarget(to)));
  return c.json({ expiresInSeconds: EMAIL_LINK_LIFE_MS / 1000 }, 202);
});

const openOneTimeLink = createRoute({
  method: "post",
  path: "/link",
  operationId: "signInByLink",
  summary: "Open a one-time link: sign in, make the account, or prove an address",
  request: jsonBody(SpendLink),
  responses: {
    200: { description: "Opened; but for `verify` the session cookie is set", content: jsonContent(LinkOpened) },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "sign-in-first",
      "account-disabled",
      "registration-closed",
      "email-taken",
      "cross-site-request",
    ),
  },
});

signIn.openapi(openOneTimeLink, async (c) => c.json(await openLink(c, c.req.valid("json").token), 200));

const byPassword = createRoute({
  method: "post",
  path: "/login",
  operationId: "signInByPassword",
  summary: "Sign in with an address and a password, where the admin allows passwords",
  request: jsonBody(PasswordSignIn),
  responses: {
    200: { description: "Signed in; the session cookie is set", content: jsonContent(SignedIn) },
    ...problemResponses(
      "invalid-request",
      "sign-in-failed",
      "account-disabled",
      "cross-site-request",
      "method-disabled",
      "too-many-requests",
    ),
  },
});

signIn.openapi(byPassword, async (c) => {
  const { email, password } = c.req.valid("json");
  await demandPasswords(c);
  const userId = await provePassword(c, email, password, () => findUserByEmail(c.var.deps.db, email));
  if (userId === null) throw new AppError("sign-in-failed", "That address and password do not fit.");
  return c.json(await completeSignIn(c, { userId, method: "password" }), 200);
});
