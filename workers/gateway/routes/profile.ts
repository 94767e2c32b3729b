// What an account is called, and where its letters go. A new address is the account's when the link sent to it is opened.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { PatchAccount } from "../../../shared/contracts/account.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { FRESH_SIGN_IN_MS } from "../../../shared/contracts/limits.ts";
import { setName } from "../../../shared/db/identity/user-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { admitLetter, afterAnswer, linkStatements } from "../identity/mail-links.ts";
import { problemResponses } from "../problem-responses.ts";

export const profile = new OpenAPIHono<AppEnv>();

const patch = createRoute({
  method: "patch",
  path: "/",
  operationId: "patchAccount",
  summary: "Change my name; ask for a link that makes an address mine",
  request: { body: { required: true, content: { "application/json": { schema: PatchAccount } } } },
  responses: {
    204: { description: "Changed; a link to the new address is on its way" },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "forbidden",
      "confirmation-required",
      "mail-unavailable",
      "too-many-requests",
    ),
  },
});

profile.openapi(patch, async (c) => {
  const { db, now } = c.var.deps;
  const { userId, via, authenticatedAt } = c.var.principal;
  const { name, email } = c.req.valid("json");
  if (email !== undefined) {
    // An address opens the account: no key of the API, and nobody at a browser left open, may choose one.
    if (via !== "session") throw new AppError("forbidden", "Only a person at a browser may change the address.");
    if (now() - authenticatedAt > FRESH_SIGN_IN_MS)
      throw new AppError("confirmation-required", "It is a while since you proved who you are.");
    await admitLetter(c, email);
    afterAnswer(c, async () => {
      await db.batch(await linkStatements(c, { userId, email, purpose: "verify" }));
    });
  }
  if (name !== undefined)
    await db.batch([
      setName(db, userId, name),
      auditStatement(c, { action: "account.changed", subjectId: userId, details: { name }, ifChanged: true }),
    ]);
  return c.body(null, 204);
});
