// A password of one's own, where the admin allows them: setting it, removing it, and proving with it who sits here.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "../../../shared/contracts/errors.ts";
import { Confirmed, ConfirmPassword, PutPassword } from "../../../shared/contracts/sign-in.ts";
import { readPasswordHash, removePasswordHash, setPasswordHash } from "../../../shared/db/identity/password-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { confirmSession } from "../identity/confirm-session.ts";
import { hashPassword } from "../identity/password-hash.ts";
import { demandPasswords, provePassword } from "../identity/prove-password.ts";
import { offeredWays } from "../identity/ways-in.ts";
import { jsonBody, jsonContent } from "../json-content.ts";
import { noticeStatements, sendSoon } from "../mail/queue-letter.ts";
import { problemResponses } from "../problem-responses.ts";

/** `/api/v1/auth/confirm`. */
export const confirmations = new OpenAPIHono<AppEnv>();
/** `/api/v1/account/password`. */
export const passwords = new OpenAPIHono<AppEnv>();

const confirm = createRoute({
  method: "post",
  path: "/password",
  operationId: "confirmByPassword",
  summary: "Prove once more who sits here, by the password: sensitive acts are open for a while",
  request: jsonBody(ConfirmPassword),
  responses: {
    200: { description: "This session is fresh", content: jsonContent(Confirmed) },
    ...problemResponses("unauthenticated", "confirmation-required", "method-disabled", "too-many-requests"),
  },
});

confirmations.openapi(confirm, async (c) => {
  const { userId } = c.var.principal;
  await demandPasswords(c);
  const proven = await provePassword(c, userId, c.req.valid("json").password, async () => ({
    id: userId,
    passwordHash: await readPasswordHash(c.var.deps.db, userId),
  }));
  if (proven === null) throw new AppError("confirmation-required", "That is not the password of this account.");
  return c.json(await confirmSession(c, "password"), 200);
});

const set = createRoute({
  method: "put",
  path: "/",
  operationId: "setPassword",
  summary: "Set a password, in place of the one there was",
  request: jsonBody(PutPassword),
  responses: {
    204: { description: "Set" },
    ...problemResponses("invalid-request", "unauthenticated", "confirmation-required", "method-disabled"),
  },
});

passwords.openapi(set, async (c) => {
  const { db } = c.var.deps;
  const { userId } = c.var.principal;
  await demandPasswords(c);
  await db.batch([
    setPasswordHash(db, userId, hashPassword(c.req.valid("json").password)),
    auditStatement(c, { action: "password.set", subjectId: userId, ifChanged: true }),
    ...noticeStatements(c, userId, "password-set"),
  ]);
  sendSoon(c);
  return c.body(null, 204);
});

const remove = createRoute({
  method: "delete",
  path: "/",
  operationId: "removePassword",
  summary: "Remove the password; the last way to sign in stays",
  responses: {
    204: { description: "There is none" },
    ...problemResponses("unauthenticated", "confirmation-required", "last-sign-in-method"),
  },
});

passwords.openapi(remove, async (c) => {
  const { db } = c.var.deps;
  const { userId } = c.var.principal;
  const [removed] = await db.batch([
    removePasswordHash(db, userId, await offeredWays(c.var.deps)),
    auditStatement(c, { action: "password.removed", subjectId: userId, ifChanged: true }),
    ...noticeStatements(c, userId, "password-removed"),
  ]);
  if (removed?.meta.changes === 0 && (await readPasswordHash(db, userId)) !== null)
    throw new AppError("last-sign-in-method", "Without the password nothing would let you in again.");
  sendSoon(c);
  return c.body(null, 204);
});
