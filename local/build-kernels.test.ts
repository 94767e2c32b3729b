// A kernel's wasm is made of its sources and nothing else.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { PIXELS_MAX_MEMORY_BYTES } from "../shared/codecs/pixels/pixels.ts";
import { NETWORK_MAX_MEMORY_BYTES } from "../shared/inference/network/kernel-network.ts";
import {
  buildKernels,
  ENGINE_MAX_MEMORY_PAGES,
  KERNEL_MODULES,
  NETWORK_MAX_MEMORY_PAGES,
  PIXELS_MAX_MEMORY_PAGES,
} from "./build-kernels.ts";

it.each(KERNEL_MODULES)(
  "compiles $name to the same bytes twice",
  async (module) => {
    const folder = mkdtempSync(join(tmpdir(), "heliograph-kernels-"));
    try {
      const [first, second] = [join(folder, "first.wasm"), join(folder, "second.wasm")];
      await buildKernels(module, first);
      await buildKernels(module, second);
      expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  120_000,
);

it("gives the engine a maximum memory of 64 MiB, and networks and pictures what their hosts plan with", () => {
  expect(ENGINE_MAX_MEMORY_PAGES * 65_536).toBe(64 * 1024 * 1024);
  expect(NETWORK_MAX_MEMORY_PAGES * 65_536).toBe(NETWORK_MAX_MEMORY_BYTES);
  expect(PIXELS_MAX_MEMORY_PAGES * 65_536).toBe(PIXELS_MAX_MEMORY_BYTES);
});
