// What the fuzzer needs to know of a target: where to begin, how to damage it, and how to tell that something is wrong.
import type { Mutation } from "./mutate-bytes.ts";
import type { Random } from "./random.ts";

export interface FuzzTarget {
  readonly name: FuzzTargetName;
  /** Sound and unsound inputs to begin with; never empty. */
  readonly seeds: readonly Uint8Array[];
  readonly mutations: readonly Mutation[];
  /**
   * Runs the input through everything the target promises about it. Throws a Violation where a promise is broken.
   * @param random decides how, e.g. in which pieces the input arrives
   * @returns what happened, coarsely: an input with a new answer is kept and mutated further
   */
  run(input: Uint8Array<ArrayBuffer>, random: Random): Promise<string> | string;
}

export const FUZZ_TARGETS = ["jpeg", "png", "headers", "exif"] as const;
export type FuzzTargetName = (typeof FUZZ_TARGETS)[number];

/** A broken promise. Two of the same kind are one finding. */
export class Violation extends Error {
  override readonly name = "Violation";
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Powers of two: inputs of nearly the same size are no news. */
export function sizeClass(value: number): number {
  return value <= 0 ? 0 : Math.floor(Math.log2(value)) + 1;
}
