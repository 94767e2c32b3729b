// The Workers of the platform in hop order, and where their configuration is.
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

export const WORKERS = [
  {
    name: "heliograph-gateway",
    config: "wrangler.toml",
    entry: "workers/gateway/index.ts",
    gzipBudgetBytes: 1_000_000,
  },
  {
    name: "heliograph-thumbnailer",
    config: "workers/thumbnailer/wrangler.toml",
    entry: "workers/thumbnailer/index.ts",
    gzipBudgetBytes: 2_000_000,
  },
  {
    name: "heliograph-embedder",
    config: "workers/embedder/wrangler.toml",
    entry: "workers/embedder/index.ts",
    gzipBudgetBytes: 6_000_000,
  },
  {
    name: "heliograph-transformer",
    config: "workers/transformer/wrangler.toml",
    entry: "workers/transformer/index.ts",
    gzipBudgetBytes: 3_000_000,
  },
  {
    name: "heliograph-importer",
    config: "workers/importer/wrangler.toml",
    entry: "workers/importer/index.ts",
    gzipBudgetBytes: 500_000,
  },
  {
    name: "heliograph-progress",
    config: "workers/progress/wrangler.toml",
    entry: "workers/progress/index.ts",
    gzipBudgetBytes: 1_000_000,
  },
  {
    name: "heliograph-people",
    config: "workers/people/wrangler.toml",
    entry: "workers/people/index.ts",
    gzipBudgetBytes: 1_000_000,
  },
] as const;

/** Workers that open users' face keys; no other is given the installation's secret. */
export const HOLDERS_OF_FACE_SECRET: readonly string[] = ["heliograph-embedder", "heliograph-people"];
/** The Worker that signs people in; no other is given the identity secret. */
export const HOLDERS_OF_IDENTITY_SECRET: readonly string[] = ["heliograph-gateway"];

/** An installation's secrets and the Workers that are given each. Made by the machine, never by a person. */
export const SECRETS = [
  { name: "FACE_SECRET", holders: HOLDERS_OF_FACE_SECRET },
  { name: "IDENTITY_SECRET", holders: HOLDERS_OF_IDENTITY_SECRET },
] as const;

/** wrangler without network look-ups, banners or files outside the state folder. */
export const QUIET_WRANGLER = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_WRITE_LOGS: "false",
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
} as const;
