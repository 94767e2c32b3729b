// A user's word about face recognition: what it is and what is stored because of it; yes; no.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { errorText, log } from "../../../shared/adapters/log.ts";
import { FaceConsent, PutFaceConsent } from "../../../shared/contracts/consent.ts";
import type { AppEnv } from "../app-env.ts";
import { followGrant, followWithdrawal, getConsent, grantConsent, withdrawConsent } from "../change-consent.ts";
import { auditStatement } from "../identity/audit.ts";
import { problemResponses } from "../problem-responses.ts";

export const consent = new OpenAPIHono<AppEnv>();

const answer = { content: { "application/json": { schema: FaceConsent } } };

const getFaceConsent = createRoute({
  method: "get",
  path: "/faces",
  operationId: "getFaceConsent",
  summary: "Whether my faces are recognised, and what is stored because of it",
  responses: { 200: { description: "The consent", ...answer }, ...problemResponses("unauthenticated") },
});

consent.openapi(getFaceConsent, async (c) => {
  c.header("cache-control", "private, no-store");
  return c.json(await getConsent(c.var.deps, c.var.principal.userId), 200);
});

const putFaceConsent = createRoute({
  method: "put",
  path: "/faces",
  operationId: "putFaceConsent",
  summary: "Turn face recognition on (indexes everything that waited), or off (deletes everything within a minute)",
  request: { body: { required: true, content: { "application/json": { schema: PutFaceConsent } } } },
  responses: {
    200: { description: "The consent as it is now; what follows from it goes on", ...answer },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "forbidden",
      "recognition-unavailable",
      "face-data-deleting",
      "storage-unavailable",
    ),
  },
});

consent.openapi(putFaceConsent, async (c) => {
  const { deps, principal } = c.var;
  const said = c.req.valid("json");
  const event = auditStatement(c, {
    action: said.granted ? "consent.granted" : "consent.withdrawn",
    subjectId: principal.userId,
    ifChanged: true,
  });
  if (said.granted) await grantConsent(deps, principal.userId, said.version, event);
  else await withdrawConsent(deps, principal.userId, event);
  const follow = said.granted ? followGrant : followWithdrawal;
  c.executionCtx.waitUntil(
    follow(deps, principal.userId).catch((cause) =>
      log("warn", "consent-follow-up-failed", { user: principal.userId, cause: errorText(cause) }),
    ),
  );
  c.header("cache-control", "private, no-store");
  return c.json(await getConsent(deps, principal.userId), 200);
});
