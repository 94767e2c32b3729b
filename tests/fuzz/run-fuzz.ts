// The loop: take a known input, damage it, run it, keep it if it did something new. Its choices depend on the seed alone.
import { type FuzzTarget, Violation } from "./fuzz-target.ts";
import { minimise } from "./minimise.ts";
import { Random } from "./random.ts";

export interface FuzzOptions {
  readonly seed: number;
  /** Asked before every iteration. */
  shouldStop(iteration: number): boolean;
  /** Called before every run: whoever watches for hangs learns what is about to run. */
  onStart?(input: Uint8Array): void;
}

export interface FuzzFinding {
  readonly kind: string;
  readonly message: string;
  readonly input: Uint8Array<ArrayBuffer>;
  readonly iteration: number;
}

export interface FuzzReport {
  readonly iterations: number;
  /** Different things that happened. */
  readonly signatures: number;
  readonly findings: readonly FuzzFinding[];
}

/** Larger inputs than this (bytes) only make runs slower. */
const INPUT_MAX_BYTES = 256 * 1024;
/** Inputs kept beyond the seeds. */
const QUEUE_MAX_INPUTS = 2000;

export async function runFuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzReport> {
  const random = new Random(options.seed);
  const queue = [...target.seeds];
  const signatures = new Set<string>();
  const findings = new Map<string, FuzzFinding>();
  const run = async (input: Uint8Array<ArrayBuffer>): Promise<string> => {
    options.onStart?.(input);
    return await target.run(input, new Random(random.below(2 ** 32)));
  };
  let iteration = 0;
  for (; !options.shouldStop(iteration); iteration++) {
    // Every seed as it is, then damaged ones.
    const untouched = iteration < target.seeds.length ? target.seeds[iteration] : undefined;
    const input = untouched?.slice() ?? mutate(target, queue, random);
    try {
      const signature = await run(input);
      if (signatures.has(signature)) continue;
      signatures.add(signature);
      if (untouched === undefined && queue.length < target.seeds.length + QUEUE_MAX_INPUTS) queue.push(input);
    } catch (error) {
      const { kind, message } = asViolation(error);
      if (findings.has(kind)) continue;
      const small = await minimise(input, async (candidate) => {
        try {
          await run(candidate);
          return false;
        } catch (again) {
          return asViolation(again).kind === kind;
        }
      });
      findings.set(kind, { kind, message, input: small, iteration });
    }
  }
  return { iterations: iteration, signatures: signatures.size, findings: [...findings.values()] };
}

function mutate(target: FuzzTarget, queue: readonly Uint8Array[], random: Random): Uint8Array<ArrayBuffer> {
  let input = random.pick(queue);
  for (let n = random.pick([1, 1, 1, 2, 2, 3, 5]); n > 0; n--) {
    // Mutations pick positions: there must be one.
    if (input.length < 2) break;
    const output = random.pick(target.mutations)(input, random, random.pick(queue));
    if (output.length <= INPUT_MAX_BYTES) input = output;
  }
  return input.slice();
}

/** Anything thrown that nobody promised is a finding of its own kind. */
function asViolation(error: unknown): Violation {
  if (error instanceof Violation) return error;
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  // Numbers vary from input to input; the place does not.
  const place = /at (\S+)/.exec(stack ?? "")?.[1] ?? "";
  return new Violation(`throws ${name} in ${place}`, message);
}
