// The faces a transform speaks of: what must stay in view, and what must not be seen. Fails closed where hiding was asked for.
import { AppError } from "../../../shared/contracts/errors.ts";
import type { ShareBox } from "../../../shared/contracts/renders.ts";
import type { Transform } from "../../../shared/contracts/transforms/transform.ts";
import { survivorsOf } from "../../../shared/db/people/people-queries.ts";
import { findFaceBoxes, type RenderSource } from "../../../shared/db/photos/render-queries.ts";
import type { GatewayDeps } from "../deps.ts";

export interface TransformFaces {
  readonly focus: ShareBox[];
  readonly redact: ShareBox[];
}

/** Whether the result says something of where faces are, so that a withdrawal of consent must reach it. */
export function isAboutFaces({ gravity, redactFaces }: Transform): boolean {
  return gravity?.kind === "face" || gravity?.kind === "person" || redactFaces !== undefined;
}

/** @throws AppError not-ready, recognition-off or unrenderable where faces are to be hidden and nobody knows where they are */
export async function findFaces(
  { db, variables }: Pick<GatewayDeps, "db" | "variables">,
  source: RenderSource,
  { gravity, redactFaces }: Transform,
): Promise<TransformFaces> {
  const boxes = (wanted: { personId: string | null; isForHiding: boolean }) =>
    findFaceBoxes(db, variables.facePreset, source, wanted);
  const redact =
    redactFaces === undefined ? [] : await facesToHide(source, () => boxes({ personId: null, isForHiding: true }));
  if (gravity?.kind === "face") return { redact, focus: (await boxes({ personId: null, isForHiding: false })) ?? [] };
  if (gravity?.kind !== "person") return { redact, focus: [] };
  const personId = (await survivorsOf(db, source.userId, [gravity.personId])).get(gravity.personId);
  if (personId === undefined) return { redact, focus: [] };
  return { redact, focus: (await boxes({ personId, isForHiding: false })) ?? [] };
}

/** Dismissed faces are faces, and a photo nobody has looked at who would have seen them may be full of them. */
async function facesToHide(source: RenderSource, find: () => Promise<ShareBox[] | null>): Promise<ShareBox[]> {
  if (source.indexState === "pending" || source.indexState === "running")
    throw new AppError("not-ready", "The faces of this photo are still being looked for.", {
      headers: { "retry-after": "2" },
    });
  if (source.indexState === "failed")
    throw new AppError("unrenderable", "Faces could not be looked for in this photo, so they cannot be hidden.");
  const boxes = source.indexState === "skipped" ? null : await find();
  if (boxes === null)
    throw new AppError("recognition-off", "Faces were not looked for in this photo, so they cannot be hidden.");
  return boxes;
}
