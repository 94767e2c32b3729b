// Build of the web app. The gateway serves web/dist as static assets under a strict CSP: nothing may be inlined.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Everybody's "zod" is ours, which has been told not to use eval; and it must not be shaken off as having no effect. */
const zodWithoutEval = (): Plugin => ({
  name: "zod-without-eval",
  enforce: "pre",
  resolveId: (source) =>
    source === "zod" ? { id: join(import.meta.dirname, "src/zod-without-eval.ts"), moduleSideEffects: true } : null,
});

/** Swagger UI as it was published, beside our pages: it is a page's worth of script that nobody else here needs. */
const SWAGGER_UI = join(import.meta.dirname, "../node_modules/swagger-ui-dist");
const referenceFiles = (): Plugin => ({
  name: "reference-files",
  apply: "build",
  generateBundle() {
    for (const name of ["swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "LICENSE", "NOTICE"])
      this.emitFile({ type: "asset", fileName: `docs/${name}`, source: readFileSync(join(SWAGGER_UI, name)) });
  },
});

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), zodWithoutEval(), referenceFiles()],
  build: {
    outDir: "dist",
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: join(import.meta.dirname, "index.html"), docs: join(import.meta.dirname, "docs.html") },
    },
  },
  worker: { format: "es", plugins: () => [zodWithoutEval()] },
  server: { proxy: { "/api": { target: "http://localhost:8787", ws: true }, "/media": "http://localhost:8787" } },
});
