// How sure a comparison is, in words.
import type { Likelihood } from "../../shared/contracts/people.ts";
import type { LibraryRules } from "./people-library.ts";

export function likelihoodOf(score: number, { thresholds }: LibraryRules): Likelihood {
  if (score >= thresholds.link) return "certain";
  return score >= thresholds.suggest ? "likely" : "maybe";
}
