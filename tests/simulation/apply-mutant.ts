// Changes a source file on its way into this thread. May not import what a mutant changes.
import { registerHooks } from "node:module";
import { MUTANTS, type Mutant } from "./mutants.ts";

export function mutantOf(name: string): Mutant {
  const mutant = MUTANTS.find((candidate) => candidate.name === name);
  if (mutant === undefined) throw new Error(`there is no mutant "${name}"`);
  return mutant;
}

export function applyEdits(mutant: Mutant, source: string): string {
  return mutant.edits.reduce((text, [find, replacement]) => {
    const changed = text.replace(find, replacement);
    if (changed === text) throw new Error(`mutant "${mutant.name}": ${find} does not occur in ${mutant.file}`);
    return changed;
  }, source);
}

/** Before anything else is imported in this thread. */
export function applyMutant(mutant: Mutant): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      return url.endsWith(mutant.file) ? { ...loaded, source: applyEdits(mutant, String(loaded.source)) } : loaded;
    },
  });
}
