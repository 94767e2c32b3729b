// The engine with an arena that watches: the same kernels, compiled from a copy in which only the arena is another.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import { ENGINE_MAX_MEMORY_PAGES, ENGINE_WASM } from "../../../local/build-kernels.ts";

const KERNELS = join(dirname(ENGINE_WASM), "..");
const ARENA = join(import.meta.dirname, "guarded-arena.as");

/**
 * Where kernels rely on what the real arena does beyond its contract: allocations that follow one another without a gap. The
 * copies say what they mean instead. A place that is no longer there fails the build, to be looked at again.
 */
const EDITS: readonly { readonly file: string; readonly from: string; readonly to: string; readonly uses: string }[] = [
  { file: "jpeg/encode.ts", from: "allocate(growth);", to: "extend(growth);", uses: "extend" },
  {
    file: "jpeg/decode.ts",
    from: "release(reconstructPlanes(",
    to: "dissolve(coefficientsStart); release(reconstructPlanes(",
    uses: "dissolve",
  },
];

export async function buildGuardedEngine(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-guarded-"));
  try {
    for (const part of ["engine", "jpeg", "png"]) {
      cpSync(join(KERNELS, part), join(folder, part), { recursive: true, filter: (path) => !path.endsWith(".wasm") });
    }
    cpSync(ARENA, join(folder, "engine/arena.ts"));
    for (const { file, from, to, uses } of EDITS) edit(join(folder, file), from, to, uses);
    const index = join(folder, "engine/index.ts");
    const exports = 'export { firstGuardViolation, guardViolations, setDirt } from "./arena";\n';
    writeFileSync(index, readFileSync(index, "utf8") + exports);
    const out = join(folder, "guarded.wasm");
    const { error, stderr } = await asc.main([
      ...[index, "--outFile", out, "-O2", "--noAssert", "--runtime", "stub", "--enable", "simd"],
      // Zones take room, too: what fits into the engine must fit here.
      ...["--maximumMemory", String(ENGINE_MAX_MEMORY_PAGES * 2)],
    ]);
    if (error !== null) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
    return new Uint8Array(readFileSync(out));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function edit(path: string, from: string, to: string, uses: string): void {
  const source = readFileSync(path, "utf8");
  if (source.split(from).length !== 2) throw new Error(`Expected \`${from}\` once in ${path}.`);
  const importing = source.replace(/import \{([^}]*)\} from "\.\.\/engine\/arena";/, (_, names: string) => {
    return `import {${names}, ${uses}} from "../engine/arena";`;
  });
  if (importing === source) throw new Error(`Expected an import of the arena in ${path}.`);
  writeFileSync(path, importing.replace(from, to));
}
