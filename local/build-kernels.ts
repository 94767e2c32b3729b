// Compiles the AssemblyScript kernels, one wasm module a row. Same sources and compiler, same bytes: a test builds them twice.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { digestOf } from "./digest-sources.ts";
import { ROOT } from "./worker-configs.ts";

const KERNELS = join(ROOT, "shared/kernels");

export interface KernelModule {
  /** The folder with its entry `index.ts`; the module is built into it, and git ignores it. */
  readonly name: string;
  readonly sources: readonly string[];
  /** Pages of 64 KiB. Beyond them the module traps here as it would run out of memory in production. */
  readonly maxMemoryPages: number;
  readonly features: readonly string[];
}

/** 64 MiB in pages: half of an isolate's 128 MB. */
export const ENGINE_MAX_MEMORY_PAGES = 1024;
const ENGINE: KernelModule = {
  name: "engine",
  sources: ["shared/kernels/{engine,jpeg,png}/*.ts"],
  maxMemoryPages: ENGINE_MAX_MEMORY_PAGES,
  features: ["simd"],
};
/** 48 MiB in pages, for each network: a detector and an embedder leave room for the photo, whatever it is. */
export const NETWORK_MAX_MEMORY_PAGES = 768;
const NETWORK: KernelModule = {
  name: "network",
  sources: ["shared/kernels/{engine/arena,network/*}.ts"],
  maxMemoryPages: NETWORK_MAX_MEMORY_PAGES,
  features: ["simd"],
};
/** Vectors may fill 32 MiB: a library of 250,000 faces in 128 dimensions. */
const VECTORS: KernelModule = {
  name: "vectors",
  sources: ["shared/kernels/vectors/*.ts"],
  maxMemoryPages: 512,
  features: ["simd"],
};
/** 64 MiB in pages: what one render may take. The picture and the one it is made from lie here; beside it only codecs. */
export const PIXELS_MAX_MEMORY_PAGES = 1024;
const PIXELS: KernelModule = {
  name: "pixels",
  sources: ["shared/kernels/{engine/arena,jpeg/lanczos-weights,pixels/*}.ts"],
  maxMemoryPages: PIXELS_MAX_MEMORY_PAGES,
  features: ["simd"],
};
/** Dithering holds a strip of 64 rows and a few rows of errors: 8 MiB are enough for 16,384 px. */
const DITHER: KernelModule = {
  name: "dither",
  sources: ["shared/kernels/{engine/arena,dither/*}.ts"],
  maxMemoryPages: 128,
  features: ["simd"],
};
export const KERNEL_MODULES: readonly KernelModule[] = [ENGINE, NETWORK, VECTORS, PIXELS, DITHER];

export const ENGINE_WASM = wasmOf(ENGINE);
export const NETWORK_WASM = wasmOf(NETWORK);
export const VECTORS_WASM = wasmOf(VECTORS);
export const PIXELS_WASM = wasmOf(PIXELS);
export const DITHER_WASM = wasmOf(DITHER);

/** What all of them are built by. */
const BUILT_BY = ["local/build-kernels.ts", "package-lock.json"];

function wasmOf({ name }: KernelModule): string {
  return join(KERNELS, name, `${name}.wasm`);
}

export async function buildKernels(module: KernelModule, outFile: string): Promise<void> {
  const { error, stderr } = await asc.main([
    join(KERNELS, module.name, "index.ts"),
    "--outFile",
    outFile,
    "-O3",
    "--converge",
    "--noAssert",
    "--runtime",
    "stub",
    ...module.features.flatMap((feature) => ["--enable", feature]),
    "--maximumMemory",
    String(module.maxMemoryPages),
  ]);
  if (error !== null) throw new Error(`asc ${module.name}: ${error.message}\n${stderr.toString()}`);
}

/** Leaves modules that are up to date alone. Safe to call from several processes at once. */
export async function buildKernelsIfChanged(): Promise<void> {
  for (const module of KERNEL_MODULES) await buildIfChanged(module);
}

async function buildIfChanged(module: KernelModule): Promise<void> {
  const wasm = wasmOf(module);
  const stamp = `${wasm}.built-from`;
  const digest = digestOf([...module.sources, ...BUILT_BY]);
  if (existsSync(wasm) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  // Nobody may see another's half-written module.
  const unfinished = `${wasm}.${process.pid}.${Date.now()}`;
  try {
    await buildKernels(module, unfinished);
    renameSync(unfinished, wasm);
    writeFileSync(stamp, digest);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

if (import.meta.main) await buildKernelsIfChanged();
