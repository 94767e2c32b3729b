// One run, four kinds of tests: pure and Node-side (node), in workerd with real bindings (workers), the browser app's own
// units (web), and the whole stack in Chromium (e2e).
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { serveTestFile } from "./models/serve-test-files.ts";

const migrations = await readD1Migrations("./migrations");
/** What the people index tells of photos is tested with the whole stack. */
const QUIET_HUB = {
  name: "heliograph-progress",
  modules: true,
  compatibilityDate: "2026-11-17",
  durableObjects: { PROGRESS: { className: "ProgressHub", useSQLite: true } },
  script: `import { DurableObject } from "cloudflare:workers";
    export class ProgressHub extends DurableObject { async report() {} }
    export default { fetch: () => new Response(null, { status: 404 }) };`,
};
const localBuild = { HELIOGRAPH_LOCAL_BUILD: "true" };

export default defineConfig({
  test: {
    reporters: process.env.CI ? ["default", ["json", { outputFile: "test-results/vitest.json" }]] : ["default"],
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
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./workers/people/wrangler.toml" },
            main: "./workers/people/index.ts",
            miniflare: {
              bindings: { TEST_MIGRATIONS: migrations, FACE_SECRET: "a secret of tests, 32 characters long" },
              workers: [QUIET_HUB],
            },
          }),
        ],
        test: { name: "people", include: ["workers/people/**/*.workers.test.ts"], testTimeout: 60_000 },
      },
      {
        plugins: [
          cloudflareTest({
            miniflare: {
              compatibilityDate: "2026-11-17",
              compatibilityFlags: ["nodejs_compat"],
              modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
              // Weights and the corpus stay on disk; tests in workerd ask for them and skip, saying so, where they are absent.
              serviceBindings: { TEST_FILES: serveTestFile },
            },
          }),
        ],
        test: { name: "wasm", include: ["shared/**/*.workers.test.ts"], testTimeout: 60_000 },
      },
      {
        define: localBuild,
        test: {
          name: "stack",
          include: ["{workers,tests,bench,local,deploy}/**/*.stack.test.ts"],
          // Each file starts a platform of its own, and waits for it most of the time.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: { name: "web", environment: "happy-dom", include: ["web/src/**/*.test.{ts,tsx}"] },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.e2e.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
