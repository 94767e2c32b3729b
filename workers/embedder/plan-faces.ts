// Which of a photo's faces a model has seen again, which are new, and which stay although it has not. Pure.
import type { KnownFace } from "../../shared/db/photos/index-statements.ts";
import type { FaceObservation } from "../../shared/inference/face-embedder.ts";
import { matchBoxes } from "../../shared/kernels/match-boxes.ts";

export interface FacePlan {
  /** In the order of what was found; without an id, the face is new. */
  readonly found: readonly { readonly id: string | null; readonly observation: FaceObservation }[];
  /** Not found again, and kept: a human's word stands behind them. */
  readonly unseen: readonly KnownFace[];
  /** Ids of those that are neither: nobody sees them, and nobody said that they are there. */
  readonly gone: readonly string[];
}

/** A face and an observation that claims none (score 0) are never the same, however they lie. */
export function planFaces(known: readonly KnownFace[], observed: readonly FaceObservation[]): FacePlan {
  const faces = known.filter(({ score }) => score > 0);
  const claims = observed.filter(({ score }) => score > 0);
  const matches = matchBoxes(
    faces.map(({ box }) => box),
    claims.map(({ box }) => box),
  );
  const idOf = new Map(claims.map((observation, i) => [observation, faces[matches[i] ?? -1]?.id ?? null]));
  const found = observed.map((observation) => ({ id: idOf.get(observation) ?? null, observation }));
  const seen = new Set(found.map(({ id }) => id));
  const missed = known.filter(({ id }) => !seen.has(id));
  const isKept = ({ score, isHuman }: KnownFace): boolean => score > 0 && isHuman;
  return {
    found,
    unseen: missed.filter(isKept),
    gone: missed.filter((face) => !isKept(face)).map(({ id }) => id),
  };
}
