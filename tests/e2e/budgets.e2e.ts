// What a first visit downloads, compressed. The stack has built web/dist when this runs.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

const DIST = join(import.meta.dirname, "../../web/dist");
const SHELL_MAX_BYTES = 180_000;
const ROUTE_MAX_BYTES = 90_000;

const gzipBytes = (path: string) => gzipSync(readFileSync(join(DIST, path))).length;

describe.skipIf(!existsSync(join(DIST, "index.html")))("bundle", () => {
  test("keeps the app shell under 180 kB of compressed script", () => {
    const html = readFileSync(join(DIST, "index.html"), "utf8");
    const entry = /src="\/(assets\/index-[^"]+\.js)"/.exec(html)?.[1] ?? "";
    const loaded = new Set<string>();
    const follow = (path: string): void => {
      if (loaded.has(path)) return;
      loaded.add(path);
      for (const [, next] of readFileSync(join(DIST, path), "utf8").matchAll(/from"\.\/([\w.-]+\.js)"/g))
        follow(`assets/${next}`);
    };
    follow(entry);
    const total = [...loaded].reduce((sum, path) => sum + gzipBytes(path), 0);
    expect(loaded.size).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(SHELL_MAX_BYTES);
  });

  test("keeps every lazily loaded piece under 90 kB more", () => {
    const pieces = readdirSync(join(DIST, "assets")).filter(
      (name) => name.endsWith(".js") && !name.startsWith("index-"),
    );
    expect(pieces.some((name) => name.startsWith("gallery-page"))).toBe(true);
    expect(pieces.some((name) => name.startsWith("upload-page"))).toBe(true);
    expect(pieces.some((name) => name.startsWith("people-page"))).toBe(true);
    expect(pieces.some((name) => name.startsWith("review-page"))).toBe(true);
    for (const name of pieces) expect(gzipBytes(`assets/${name}`), name).toBeLessThanOrEqual(ROUTE_MAX_BYTES);
  });

  test("has nothing inline, and names no other host", () => {
    const html = readFileSync(join(DIST, "index.html"), "utf8");
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(html).not.toMatch(/<style|\sstyle=/);
    expect(html).not.toMatch(/https?:\/\//);
  });
});
