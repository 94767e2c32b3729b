// Compiles the AssemblyScript kernels into one wasm module. Same sources and compiler, same bytes: a test builds it twice.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { digestOf } from "./digest-sources.ts";
import { ROOT } from "./worker-configs.ts";

const KERNELS = join(ROOT, "shared/kernels");
export const ENGINE_WASM = join(KERNELS, "engine/engine.wasm");
const STAMP = `${ENGINE_WASM}.built-from`;
const SOURCES = ["shared/kernels/{engine,jpeg,png}/*.ts", "local/build-kernels.ts", "package-lock.json"];

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

/** Leaves a module that is up to date alone. Safe to call from several processes at once. */
export async function buildKernelsIfChanged(): Promise<void> {
  const digest = digestOf(SOURCES);
  if (existsSync(ENGINE_WASM) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest) return;
  // Nobody may see another's half-written module.
  const unfinished = `${ENGINE_WASM}.${process.pid}.${Date.now()}`;
  try {
    await buildKernels(unfinished);
    renameSync(unfinished, ENGINE_WASM);
    writeFileSync(STAMP, digest);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

if (import.meta.main) await buildKernelsIfChanged();
