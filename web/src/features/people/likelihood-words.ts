// How sure a comparison is, in words; `likelyName` is for a guess at somebody's name.
import type { Likelihood } from "../../../../shared/contracts/people.ts";
import { isolate } from "../../ui/isolate.tsx";

export const LIKELIHOOD_WORDS = {
  certain: "Almost certainly the same",
  likely: "Likely the same",
  maybe: "Maybe the same",
} as const satisfies Record<Likelihood, string>;

export function likelyName(likelihood: Likelihood, name: string): string {
  return `${{ certain: "Almost certainly", likely: "Likely", maybe: "Maybe" }[likelihood]} ${isolate(name)}`;
}
