// One model per signed-in person and filter, the latest kept while other pages are visited: coming back is instant.
import { type GalleryFilter, GalleryModel } from "./gallery-model.ts";

/** The whole library, and the last few parts of it. */
const KEPT = 6;
let keptUserId: string | null = null;
const kept = new Map<string, GalleryModel>();

export function modelFor(userId: string, filter: GalleryFilter): GalleryModel {
  if (keptUserId !== userId) kept.clear();
  keptUserId = userId;
  const key = filter.person === undefined ? "" : `${filter.match ?? "all"}:${filter.person}`;
  const model = kept.get(key) ?? new GalleryModel(filter);
  kept.delete(key);
  kept.set(key, model);
  for (const old of kept.keys()) if (kept.size > KEPT && old !== "" && old !== key) kept.delete(old);
  return model;
}

/** Which photos show whom is forgotten, also where it is on screen; the whole library is kept. */
export function forgetParts(): void {
  for (const [key, model] of kept) {
    if (key === "") continue;
    kept.delete(key);
    model.forget();
  }
}
