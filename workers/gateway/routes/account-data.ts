// An account's own data: its history, a copy of everything, and its end.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { AccountExport, DeleteAccount } from "../../../shared/contracts/account.ts";
import { AuditPage, AuditQuery } from "../../../shared/contracts/audit.ts";
import { clearCookie } from "../access/session-cookie.ts";
import { closeOwnAccount, keepOwnAccount } from "../account/close-account.ts";
import { describeExport, streamExportPart } from "../account/export-account.ts";
import { readAudit } from "../account/read-audit.ts";
import type { AppEnv } from "../app-env.ts";
import { problemResponses } from "../problem-responses.ts";

export const accountData = new OpenAPIHono<AppEnv>();

const listOwnAudit = createRoute({
  method: "get",
  path: "/audit",
  operationId: "listOwnAudit",
  summary: "What was done with my account, newest first",
  request: { query: AuditQuery },
  responses: {
    200: { description: "One page", content: { "application/json": { schema: AuditPage } } },
    ...problemResponses("invalid-request", "invalid-cursor", "unauthenticated", "forbidden"),
  },
});

accountData.openapi(listOwnAudit, async (c) => {
  const { userId } = c.var.principal;
  c.header("cache-control", "private, no-store");
  return c.json(await readAudit(c.var.deps.db, { ...c.req.valid("query"), userId, reader: userId }), 200);
});

const getExport = createRoute({
  method: "get",
  path: "/export",
  operationId: "getAccountExport",
  summary: "The parts a copy of everything of mine comes in",
  responses: {
    200: { description: "The parts", content: { "application/json": { schema: AccountExport } } },
    ...problemResponses("unauthenticated", "forbidden", "confirmation-required"),
  },
});

accountData.openapi(getExport, async (c) => {
  c.header("cache-control", "private, no-store");
  return c.json(await describeExport(c.var.deps.db, c.var.principal.userId), 200);
});

const getExportPart = createRoute({
  method: "get",
  path: "/export/{part}",
  operationId: "getAccountExportPart",
  summary: "One part: a ZIP of originals, with what is known about them; the first also of the account",
  request: { params: z.object({ part: z.coerce.number().int().min(1).max(1_000_000) }) },
  responses: {
    200: {
      description: "The ZIP, stored without compression, with its exact length",
      content: { "application/zip": { schema: z.any().meta({ type: "string", format: "binary" }) } },
    },
    ...problemResponses("invalid-request", "unauthenticated", "forbidden", "confirmation-required", "not-found"),
  },
});

accountData.openapi(getExportPart, (c) => streamExportPart(c, c.req.valid("param").part));

const deleteAccount = createRoute({
  method: "delete",
  path: "/",
  operationId: "deleteAccount",
  summary: "Delete my account: signed out and faces gone at once, everything else after days in which it can be kept",
  request: { body: { required: true, content: { "application/json": { schema: DeleteAccount } } } },
  responses: {
    204: { description: "Closing; nothing is signed in any more" },
    ...problemResponses("invalid-request", "unauthenticated", "forbidden", "confirmation-required", "last-owner"),
  },
});

accountData.openapi(deleteAccount, async (c) => {
  await closeOwnAccount(c, c.req.valid("json"));
  clearCookie(c, "session");
  return c.body(null, 204);
});

const keepAccount = createRoute({
  method: "post",
  path: "/keep",
  operationId: "keepAccount",
  summary: "Take the deletion of my account back",
  responses: {
    204: { description: "The account is as it was, without face data" },
    ...problemResponses("unauthenticated", "forbidden", "not-found"),
  },
});

accountData.openapi(keepAccount, async (c) => {
  await keepOwnAccount(c);
  return c.body(null, 204);
});
