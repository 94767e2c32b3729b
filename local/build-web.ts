// The browser app as static files in web/dist, built only when its sources changed.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import { digestOf } from "./digest-sources.ts";
import { ROOT } from "./worker-configs.ts";

const STAMP = join(ROOT, "web/dist/.built-from");
const SOURCES = [
  // MEDIA_ORIGIN is in its variables.
  "wrangler.toml",
  "web/*.html",
  "web/vite.config.ts",
  "web/src/**/*.*",
  "web/public/**/*.*",
  "web/public/_headers",
  "shared/contracts/**/*.ts",
  "shared/kernels/**/*.ts",
  "package-lock.json",
];

export async function buildWeb(): Promise<void> {
  const digest = digestOf(SOURCES);
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest) return;
  const { build } = await import("vite");
  // Vite takes NODE_ENV from whoever runs it; a test runner's would build React's development bundle.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    await build({ root: join(ROOT, "web"), logLevel: "warn" });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
  const headers = join(ROOT, "web/dist/_headers");
  writeFileSync(headers, allowPicturesFrom(mediaOrigin(), readFileSync(headers, "utf8")));
  writeFileSync(STAMP, digest);
}

function mediaOrigin(): string | null {
  const { MEDIA_ORIGIN } = unstable_readConfig({ config: join(ROOT, "wrangler.toml") }).vars as Record<string, unknown>;
  return typeof MEDIA_ORIGIN === "string" ? new URL(MEDIA_ORIGIN).origin : null;
}

/** The page's policy, for an installation whose pictures have a host of their own. */
export function allowPicturesFrom(origin: string | null, headers: string): string {
  return origin === null ? headers : headers.replace("img-src 'self'", `img-src 'self' ${origin}`);
}
