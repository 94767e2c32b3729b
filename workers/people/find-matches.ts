// Faces like a face, or like a vector that somebody searches with. Hidden people's faces and dismissed ones are not shown.
import type { FaceId, PhotoId } from "../../shared/contracts/ids.ts";
import type { FaceMatch } from "../../shared/contracts/people-index.ts";
import type { Hits } from "../../shared/kernels/neighbours.ts";
import { l2Normalise } from "../../shared/kernels/vector.ts";
import { likelihoodOf } from "./likelihood.ts";
import type { FaceRecord, PeopleLibrary } from "./people-library.ts";

/** Hits a search keeps at most, shown or not. */
const HITS_MAX = 127;

export function facesLikeFace(library: PeopleLibrary, face: FaceRecord, limit: number): FaceMatch[] {
  if (face.slot === null) return [];
  const [hits] = library.index.nearest([face.slot], HITS_MAX, library.rules.similar);
  return hits === undefined ? [] : shown(library, hits, limit);
}

export function facesLikeVector(library: PeopleLibrary, vector: Float32Array, limit: number): FaceMatch[] {
  return shown(library, library.index.nearestTo(l2Normalise(vector), HITS_MAX, library.rules.similar), limit);
}

function shown(library: PeopleLibrary, { slots, scores }: Hits, limit: number): FaceMatch[] {
  const matches: FaceMatch[] = [];
  for (const [i, slot] of slots.entries()) {
    const face = library.faceAt(slot);
    if (face === null || face.dismissed || matches.length === limit) continue;
    if (face.person !== null && library.person(face.person)?.isHidden) continue;
    matches.push({
      face: face.id as FaceId,
      photo: face.photo as PhotoId,
      likelihood: likelihoodOf(scores[i] ?? 0, library.rules),
    });
  }
  return matches;
}
