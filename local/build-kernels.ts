// Compiles the AssemblyScript kernels into one wasm module. Same sources and compiler, same bytes: a test builds it twice.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const KERNELS = join(import.meta.dirname, "../shared/kernels");
export const ENGINE_WASM = join(KERNELS, "engine/engine.wasm");

/** 64 MiB in pages: half of an isolate's 128 MB. Beyond it the module traps here as it would run out of memory in production. */
export const ENGINE_MAX_MEMORY_PAGES = 1024;

export async function buildKernels(outFile: string): Promise<void> {
  const { error, stderr } = await asc.main([
    join(KERNELS, "engine/index.ts"),
    "--outFile",
    outFile,
    "-O3",
    "--converge",
    "--noAssert",
    "--runtime",
    "stub",
    "--enable",
    "simd",
    "--maximumMemory",
    String(ENGINE_MAX_MEMORY_PAGES),
  ]);
  if (error !== null) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels(ENGINE_WASM);
