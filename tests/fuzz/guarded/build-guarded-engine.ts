// The engine with an arena that watches: the same kernels, compiled from a copy in which only the arena is another.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
const EDITS: readonly { readonly from: string; readonly to: string; readonly uses: string }[] = [
  { from: "allocate(growth);", to: "extend(growth);", uses: "extend" },
  {
    from: "release(reconstructPlanes(scratch, coefficientsStart) + 16)",
    // An expression, for it stands behind an `if`.
    to: "(dissolve(coefficientsStart), release(reconstructPlanes(scratch, coefficientsStart) + 16))",
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
    for (const { from, to, uses } of EDITS) edit(join(folder, "jpeg"), from, to, uses);
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

function edit(folder: string, from: string, to: string, uses: string): void {
  const files = readdirSync(folder).map((file) => join(folder, file));
  const places = files.filter((path) => readFileSync(path, "utf8").includes(from));
  const [path] = places;
  if (path === undefined || places.length > 1) throw new Error(`Expected \`${from}\` in one kernel. Got ${places}.`);
  const source = readFileSync(path, "utf8");
  const importing = source.replace(/import \{([^}]*)\} from "\.\.\/engine\/arena";/, (_, names: string) => {
    return `import {${names}, ${uses}} from "../engine/arena";`;
  });
  if (importing === source) throw new Error(`Expected an import of the arena in ${path}.`);
  writeFileSync(path, importing.replace(from, to));
}
