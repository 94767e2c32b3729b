// A version somebody wants of a photo: its row first, then the message that has it made. A message that does not go out is sent
// again by the sweep.
import type { Context } from "hono";
import { errorText, log } from "../../../shared/adapters/log.ts";
import { versionWanted } from "../../../shared/adapters/photo-messages.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { PhotoId } from "../../../shared/contracts/ids.ts";
import { VERSIONS_MAX_PER_PHOTO } from "../../../shared/contracts/limits.ts";
import { parseOps } from "../../../shared/contracts/transforms/parse-ops.ts";
import { printOps } from "../../../shared/contracts/transforms/print-ops.ts";
import type { RenderFormat, Transform } from "../../../shared/contracts/transforms/transform.ts";
import { findPhoto } from "../../../shared/db/photos/library-queries.ts";
import { type VersionRow, wantVersion } from "../../../shared/db/photos/version-statements.ts";
import type { AppEnv } from "../app-env.ts";
import type { GatewayDeps } from "../deps.ts";
import { limitAttempts } from "../limits/limit-attempts.ts";

/**
 * @param ops options as in an address, in any order
 * @throws AppError invalid-transform, not-found, too-many-versions, too-many-requests
 */
export async function requestVersion(
  c: Context<AppEnv>,
  photoId: PhotoId,
  ops: string,
  format: RenderFormat,
): Promise<VersionRow> {
  const { deps, principal } = c.var;
  const { transform, decided } = readOps(ops, format);
  await limitAttempts(c, "render:account", principal.userId);
  const row = await wantVersion(
    deps.db,
    {
      id: deps.newId(),
      userId: principal.userId,
      photoId,
      kind: transform.dither === undefined ? "transform" : "dither",
      ops: printOps(transform),
      format: decided,
    },
    deps.now(),
  );
  if (row === null) throw await whyNot(deps, photoId, principal.userId);
  if (row.state !== "done") await sendVersion(deps, row);
  return row;
}

function readOps(ops: string, format: RenderFormat): { transform: Transform; decided: RenderFormat } {
  const parsed = parseOps(ops, `version.${format}`);
  if (parsed.problems !== undefined)
    throw new AppError("invalid-transform", "The options ask for what there is not.", { errors: [...parsed.problems] });
  const { transform } = parsed;
  if (transform.format === "auto")
    throw new AppError("invalid-transform", "A version has one format: it is kept as it is made.", {
      errors: [{ pointer: "/f", message: "must be a format, not auto" }],
    });
  // Where faces are is asked anew each time, so that withdrawing consent leaves nothing that tells.
  if (transform.redactFaces !== undefined || transform.gravity?.kind === "face" || transform.gravity?.kind === "person")
    throw new AppError("invalid-transform", "What depends on faces is made anew each time, and not kept.", {
      errors: [{ pointer: transform.redactFaces === undefined ? "/g" : "/redact", message: "cannot be kept" }],
    });
  // Nobody would look for the other photo's pixels here when it is deleted.
  if (transform.watermark !== undefined)
    throw new AppError("invalid-transform", "What shows another photo too is made anew each time, and not kept.", {
      errors: [{ pointer: "/wm", message: "cannot be kept" }],
    });
  return { transform, decided: transform.format };
}

async function whyNot({ db }: GatewayDeps, photoId: PhotoId, userId: string): Promise<AppError> {
  const photo = await findPhoto(db, photoId, userId);
  return photo === null || photo.lifecycle !== "stored"
    ? new AppError("not-found", "There is no such photo.")
    : new AppError("too-many-versions", `A photo may have ${VERSIONS_MAX_PER_PHOTO} versions.`);
}

export type SendVersionDeps = Pick<GatewayDeps, "sendVersion" | "newId" | "now">;

async function sendVersion(deps: SendVersionDeps, row: VersionRow): Promise<void> {
  try {
    await deps.sendVersion(versionWanted(row, deps.newId(), deps.now()));
  } catch (cause) {
    log("warn", "version-not-sent", { version: row.id, cause: errorText(cause) });
  }
}
