// The engine's wasm is made of its sources and nothing else.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildKernels, ENGINE_MAX_MEMORY_PAGES } from "./build-kernels.ts";

it("compiles to the same bytes twice, with a maximum memory of 64 MiB", async () => {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-kernels-"));
  try {
    const [first, second] = [join(folder, "first.wasm"), join(folder, "second.wasm")];
    await buildKernels(first);
    await buildKernels(second);
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
    expect(ENGINE_MAX_MEMORY_PAGES * 65_536).toBe(64 * 1024 * 1024);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
