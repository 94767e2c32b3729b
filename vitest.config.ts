// One run, four kinds of tests: pure and Node-side (node), in workerd with real bindings (workers), the browser app's own
// units (web), and the whole stack in Chromium (e2e).
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const migrations = await readD1Migrations("./migrations");
const modelsDir = process.env["MODELS_DIR"] ?? join(import.meta.dirname, "../shared/models");
const localBuild = { HELIOGRAPH_LOCAL_BUILD: "true" };

/** Weights for tests, as bindings; absent where MODELS_DIR is: tests that need them skip and say so. */
const weights = (binding: string, file: string) => (existsSync(join(modelsDir, file)) ? { [binding]: join(modelsDir, file) } : {});

export default defineConfig({
  test: {
    reporters: process.env["CI"] ? ["default", ["json", { outputFile: "test-results/vitest.json" }]] : ["default"],
    projects: [
      {
        define: localBuild,
        test: {
          name: "node",
          include: ["{shared,models,local,workers,tests,bench,deploy}/**/*.test.ts"],
          exclude: ["**/*.workers.test.ts", "**/*.stack.test.ts", "**/node_modules/**"],
          testTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./workers/progress/wrangler.toml" },
            main: "./workers/progress/index.ts",
            miniflare: { bindings: { TEST_MIGRATIONS: migrations } },
          }),
        ],
        test: { name: "hub", include: ["workers/progress/**/*.workers.test.ts"] },
      },
    ],
  },
});
void weights;
