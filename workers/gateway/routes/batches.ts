// The upload manifest, and the progress of one batch.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { BatchCreated, CreateBatch } from "../../../shared/contracts/batches.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { BatchId } from "../../../shared/contracts/ids.ts";
import { LONG_POLL_MAX_SECONDS, MANIFEST_MAX_BYTES, MANIFEST_MAX_FILES } from "../../../shared/contracts/limits.ts";
import { ProgressSnapshot } from "../../../shared/contracts/progress.ts";
import { admitBatch } from "../admit-batch.ts";
import type { AppEnv } from "../app-env.ts";
import { pollProgress } from "../poll-progress.ts";
import { problemResponses } from "../problem-responses.ts";

export const batches = new OpenAPIHono<AppEnv>();

/** Says "too many files" instead of listing five hundred array errors. */
const refuseLongManifest = async (
  c: { req: { json(): Promise<unknown> } },
  next: () => Promise<void>,
): Promise<void> => {
  const body = await c.req.json().catch(() => null);
  const files =
    typeof body === "object" && body !== null && "files" in body && Array.isArray(body.files) ? body.files.length : 0;
  if (files > MANIFEST_MAX_FILES)
    throw new AppError("too-many-files", `The manifest names ${files} files; one call takes ${MANIFEST_MAX_FILES}.`);
  await next();
};

const createBatch = createRoute({
  method: "post",
  path: "/",
  operationId: "createBatch",
  summary: "Announce files; learn which to send",
  middleware: [
    bodyLimit({
      maxSize: MANIFEST_MAX_BYTES,
      onError: () => {
        throw new AppError("too-many-files", `The manifest is larger than ${MANIFEST_MAX_BYTES} bytes.`);
      },
    }),
    refuseLongManifest,
  ] as const,
  request: { body: { required: true, content: { "application/json": { schema: CreateBatch } } } },
  responses: {
    200: {
      description: "What to do with each file, in order",
      content: { "application/json": { schema: BatchCreated } },
    },
    ...problemResponses("invalid-request", "unauthenticated", "forbidden", "too-many-files"),
  },
});

batches.openapi(createBatch, async (c) =>
  c.json(await admitBatch(c.var.deps, c.var.principal.userId, c.req.valid("json")), 200),
);

const getBatch = createRoute({
  method: "get",
  path: "/{batchId}",
  operationId: "getBatchProgress",
  summary: "Progress of one batch; ETag is the sequence number, ?wait long-polls",
  request: {
    params: z.object({ batchId: BatchId }),
    query: z.object({ wait: z.coerce.number().min(0).max(LONG_POLL_MAX_SECONDS).default(0) }),
  },
  responses: {
    200: { description: "The snapshot", content: { "application/json": { schema: ProgressSnapshot } } },
    304: { description: "Nothing changed" },
    ...problemResponses("invalid-request", "unauthenticated", "not-found"),
  },
});

batches.openapi(getBatch, (c) => pollProgress(c, c.req.valid("param").batchId, c.req.valid("query").wait));
