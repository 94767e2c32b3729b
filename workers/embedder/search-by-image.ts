// A picture somebody searches with -> faces of their own library that look like it. Nothing of it is kept: the vector goes to
// the user's people index and nowhere else, and only places and ids come back.
import { type PeopleNamespace, peopleIndexOf } from "../../shared/adapters/people-index.ts";
import type { FaceSearchOutcome, FaceSearchRequest } from "../../shared/contracts/people-index.ts";
import { recognisedEpoch } from "../../shared/db/photos/index-statements.ts";
import type { EmbedFacesDeps } from "./embed-faces.ts";

export interface SearchDeps extends Pick<EmbedFacesDeps, "db" | "codecs" | "embedder" | "preset"> {
  readonly people: PeopleNamespace;
}

/** The largest face decides. No face, no consent or no recognition-grade model: nothing is found. */
export async function searchByImage(
  deps: SearchDeps,
  { userId, jpeg, limit }: FaceSearchRequest,
): Promise<FaceSearchOutcome> {
  const nothing: FaceSearchOutcome = { found: [], matches: [] };
  if ((await recognisedEpoch(deps.db, deps.preset, userId)) === null) return nothing;
  const embedder = await deps.embedder();
  if (embedder.grade !== "recognition") return nothing;
  const [faces = []] = await embedder.embed([await deps.codecs.decodeJpeg(jpeg)]);
  const [largest] = faces.toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
  if (largest === undefined) return nothing;
  const vector = Float32Array.from(largest.embedding);
  const matches = await peopleIndexOf(deps.people, userId).search(userId, { modelId: embedder.modelId, vector, limit });
  return { found: faces.map(({ box }) => ({ box })), matches };
}
