// Replacing the key of our tokens by hand: after a secret may have leaked, or to see that it works.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { SigningKeyRotation } from "../../../shared/contracts/oauth.ts";
import type { AppEnv } from "../app-env.ts";
import { recordAct } from "../identity/audit.ts";
import { isoTime } from "../iso-time.ts";
import { rotateSigningKey } from "../oauth/signing-keys.ts";
import { problemResponses } from "../problem-responses.ts";

export const signingKeys = new OpenAPIHono<AppEnv>();

const rotate = createRoute({
  method: "post",
  path: "/rotate",
  operationId: "rotateSigningKeys",
  summary: "Publish a new key, which signs from a quarter of an hour on; does nothing while one is waiting",
  responses: {
    200: { description: "The newest key", content: { "application/json": { schema: SigningKeyRotation } } },
    ...problemResponses("unauthenticated", "forbidden", "confirmation-required"),
  },
});

signingKeys.openapi(rotate, async (c) => {
  const { deps } = c.var;
  const { kid, signsFrom, isNew } = await rotateSigningKey(deps, deps.now());
  if (isNew) await recordAct(c, { action: "signing-key.rotated", subjectId: null, details: { kid } });
  return c.json({ kid, signsFrom: isoTime(signsFrom) }, 200);
});
