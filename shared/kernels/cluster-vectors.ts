// The grouping of people for a handful of vectors in plain arrays: for evaluation, where there is no library around them.
import { clusterFaces } from "./cluster-faces.ts";
import type { ClusterRules } from "./cluster-rules.ts";
import { PlainVectorStore } from "./plain-vector-store.ts";

/**
 * @param vectors of length 1 each, of one model
 * @param qualities 0–1, by face
 * @param photoIds by face: two faces of one photo are two people
 * @returns by face: its group's number, or -1 for a face that is left alone
 */
export function clusterVectors(
  vectors: readonly Float32Array[],
  qualities: readonly number[],
  photoIds: readonly string[],
  rules: ClusterRules,
): Int32Array {
  const dimensions = vectors[0]?.length ?? 1;
  const store = new PlainVectorStore(dimensions);
  for (const vector of vectors) store.add(vector);
  return clusterFaces({ store, newStore: () => new PlainVectorStore(dimensions), photoIds, qualities, rules });
}
