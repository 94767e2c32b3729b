// The contrast table of the design, computed from tokens.css itself: a token cannot drift away from its promise.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

// Read as a file: the test runner answers imports of stylesheets with nothing.
const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

const tokens = new Map<string, string>();
for (const [, name, hex] of css.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6});/g)) tokens.set(name ?? "", hex ?? "");

function luminance(name: string): number {
  const hex = tokens.get(name);
  if (hex === undefined) throw new Error(`tokens.css has no --${name}`);
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const FILLS = ["bg", "surface", "raised", "accent", "muted", "space-950"] as const;
const BODY_TEXT_MIN = 4.5;
const UI_MIN = 3;

/** Words at normal size, and every fill they may stand on. */
const TEXT: Record<string, readonly string[]> = {
  "text-strong": FILLS,
  text: FILLS,
  "text-2": FILLS,
  "text-3": FILLS,
  link: FILLS,
  "brand-text": ["bg", "surface", "raised", "accent", "space-950"],
  "star-2": FILLS,
  ok: [...FILLS, "ok-tint"],
  warn: [...FILLS, "warn-tint"],
  err: [...FILLS, "err-tint"],
  "on-err-fill": ["err-fill"],
  "space-950": ["brand"],
};

/** Edges, icons, large words and rings. */
const GRAPHICS: Record<string, readonly string[]> = {
  brand: ["bg", "surface", "raised", "accent", "space-950"],
  focus: FILLS,
  "border-ui": ["bg", "surface"],
  "border-ui-2": ["bg", "surface", "raised", "accent"],
  "border-ui-3": ["muted"],
};

const pairs = (table: Record<string, readonly string[]>) =>
  Object.entries(table).flatMap(([ink, fills]) => fills.map((fill) => [ink, fill] as const));

describe("tokens", () => {
  test("are the ones the design names", () => {
    expect(tokens.get("bg")).toBe("#1a1a2e");
    expect(tokens.get("brand")).toBe("#e94560");
    expect(tokens.size).toBeGreaterThanOrEqual(26);
  });

  test.each(pairs(TEXT))("--%s is readable on --%s", (ink, fill) => {
    expect(contrast(ink, fill)).toBeGreaterThanOrEqual(BODY_TEXT_MIN);
  });

  test.each(pairs(GRAPHICS))("--%s stands out from --%s", (ink, fill) => {
    expect(contrast(ink, fill)).toBeGreaterThanOrEqual(UI_MIN);
  });

  test("the two focus tones differ from each other and one of them from coral", () => {
    expect(contrast("focus", "space-950")).toBeGreaterThanOrEqual(UI_MIN);
    expect(contrast("space-950", "brand")).toBeGreaterThanOrEqual(UI_MIN);
  });
});
