// What a withdrawal means for this tab: nothing about faces stays in memory or on screen. Forgets; asks for nothing.
import { isAboutFaces, keys } from "../../queries/keys.ts";
import { queryClient } from "../../queries/query-client.ts";
import { announce } from "../../ui/live-region.tsx";
import { forgetParts } from "../gallery/kept-model.ts";
import { forgetDecisions } from "../people/decide.ts";

export function forgetFaces(): void {
  const filter = { predicate: isAboutFaces };
  // Reset, not only removed: whoever shows one would go on showing it, and an answer still on its way would be kept.
  for (const query of queryClient.getQueryCache().findAll(filter)) query.reset();
  queryClient.removeQueries({ ...filter, type: "inactive" });
  const mutations = queryClient.getMutationCache();
  for (const search of mutations.findAll({ mutationKey: keys.faceSearch })) mutations.remove(search);
  forgetParts();
  forgetDecisions();
  // The last announcement may be a question with names.
  announce("");
}
