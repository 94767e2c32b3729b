// Build of the web app. The gateway serves web/dist as static assets under a strict CSP: nothing may be inlined.
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

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), zodWithoutEval()],
  build: {
    outDir: "dist",
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es", plugins: () => [zodWithoutEval()] },
  server: { proxy: { "/api": { target: "http://localhost:8787", ws: true }, "/media": "http://localhost:8787" } },
});
