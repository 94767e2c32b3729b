// New accounts: by an invitation, or by an address where everybody may register.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "../../../shared/contracts/errors.ts";
import { EMAIL_LINK_LIFE_MS } from "../../../shared/contracts/limits.ts";
import { InvitationInfo, InvitationToken, LinkMailed, Register, SignedIn } from "../../../shared/contracts/sign-in.ts";
import { readIdentitySettings } from "../../../shared/db/identity/settings-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { callerNetwork } from "../identity/caller-network.ts";
import { completeSignIn } from "../identity/complete-sign-in.ts";
import { createAccount } from "../identity/create-account.ts";
import { openInvitation } from "../identity/invitations.ts";
import { admitLetter, afterAnswer, linkStatements, mailRegistration } from "../identity/mail-links.ts";
import { RELYING_PARTY_NAME } from "../identity/relying-party.ts";
import { isoTime } from "../iso-time.ts";
import { jsonBody, jsonContent } from "../json-content.ts";
import { limitAttempts } from "../limits/limit-attempts.ts";
import { problemResponses } from "../problem-responses.ts";

export const register = new OpenAPIHono<AppEnv>();

const lookUp = createRoute({
  method: "post",
  path: "/invitation",
  operationId: "getInvitation",
  summary: "What an invitation is for; a POST, so that its token is in no log",
  request: jsonBody(InvitationToken),
  responses: {
    200: { description: "The invitation is open", content: jsonContent(InvitationInfo) },
    ...problemResponses("invalid-request", "cross-site-request", "registration-closed", "too-many-requests"),
  },
});

register.openapi(lookUp, async (c) => {
  await limitAttempts(c, "register:network", callerNetwork(c).counted);
  const { invitation } = await openInvitation(c, c.req.valid("json").token);
  return c.json(
    {
      invitedBy: invitation.invitedBy ?? RELYING_PARTY_NAME,
      email: invitation.email,
      role: invitation.role,
      expiresAt: isoTime(invitation.expiresAt),
    },
    200,
  );
});

const signUp = createRoute({
  method: "post",
  path: "/register",
  operationId: "register",
  summary: "Make an account: at once by invitation, else by the link that is mailed to the address",
  request: jsonBody(Register),
  responses: {
    200: { description: "The account is made and signed in", content: jsonContent(SignedIn) },
    202: { description: "If the address can have an account, a link is on its way", content: jsonContent(LinkMailed) },
    ...problemResponses(
      "invalid-request",
      "cross-site-request",
      "registration-closed",
      "email-taken",
      "mail-unavailable",
      "too-many-requests",
    ),
  },
});

register.openapi(signUp, async (c) => {
  const { name, email, invitation: token } = c.req.valid("json");
  await limitAttempts(c, "register:network", callerNetwork(c).counted);
  if (token === undefined) {
    if ((await readIdentitySettings(c.var.deps.db)).registration !== "open")
      throw new AppError("registration-closed", "New accounts need an invitation.");
    if (email === undefined)
      throw new AppError("invalid-request", "An account without an invitation needs an address.");
    await admitLetter(c, email);
    afterAnswer(c, () => mailRegistration(c, name, email));
    return c.json({ expiresInSeconds: EMAIL_LINK_LIFE_MS / 1000 }, 202);
  }
  const { invitation, provenEmail } = await openInvitation(c, token);
  const userId = await createAccount(c, {
    name,
    email: provenEmail,
    isEmailVerified: provenEmail !== null,
    role: invitation.role,
    quotaBytes: null,
    invitationId: invitation.id,
  });
  const wanted = email ?? invitation.email;
  if (wanted !== null && wanted !== provenEmail && c.var.deps.mailer !== null)
    afterAnswer(c, async () => {
      await c.var.deps.db.batch(await linkStatements(c, { userId, email: wanted, purpose: "verify" }));
    });
  return c.json(await completeSignIn(c, { userId, method: "link" }), 200);
});
