// The colours a picture may be dithered to, by name or by number. Knows nothing about pixels.

/** What dithering needs to know of a palette. */
export interface Palette {
  /** Red, green, blue of each entry. */
  readonly colours: Uint8Array;
  /** Where it is every mixture of n evenly spaced steps a channel, blue fastest: n. Else null. */
  readonly cubeLevels: number | null;
}

/** rrggbb each. */
const NAMED = {
  mono: ["000000", "ffffff"],
  /** The four greens of the Game Boy's screen as emulators show them. */
  gameboy: ["0f380f", "306230", "8bac0f", "9bbc0f"],
  /** CGA's mode 4: palette 1 in high intensity. */
  cga: ["000000", "55ffff", "ff55ff", "ffffff"],
  /** EGA's default sixteen, also of text modes since. */
  ega: [
    ...["000000", "0000aa", "00aa00", "00aaaa", "aa0000", "aa00aa", "aa5500", "aaaaaa"],
    ...["555555", "5555ff", "55ff55", "55ffff", "ff5555", "ff55ff", "ffff55", "ffffff"],
  ],
  pico8: [
    ...["000000", "1d2b53", "7e2553", "008751", "ab5236", "5f574f", "c2c3c7", "fff1e8"],
    ...["ff004d", "ffa300", "ffec27", "00e436", "29adff", "83769c", "ff77a8", "ffccaa"],
  ],
  /** This app's own: night, surface, deep blue, brand, and its lightest text. */
  heliograph: ["1a1a2e", "16213e", "0f3460", "e94560", "ffdfe0"],
  /** What a six-colour electronic paper takes. */
  eink6: ["000000", "ffffff", "ff0000", "ffff00", "0000ff", "00ff00"],
} as const satisfies Record<string, readonly string[]>;

export type FixedPaletteSpec =
  | { readonly kind: "grey"; readonly levels: number }
  | { readonly kind: "rgb"; readonly levels: number }
  | { readonly kind: "named"; readonly name: keyof typeof NAMED }
  | { readonly kind: "colours"; readonly colours: readonly string[] };

export function fixedPalette(spec: FixedPaletteSpec): Palette {
  switch (spec.kind) {
    case "grey":
      return { colours: greys(spec.levels), cubeLevels: null };
    case "rgb":
      return { colours: cube(spec.levels), cubeLevels: spec.levels };
    case "named":
      return { colours: readColours(NAMED[spec.name]), cubeLevels: null };
    case "colours":
      return { colours: readColours(spec.colours), cubeLevels: null };
  }
}

/** The byte of step `at` of `levels` evenly spaced ones. */
function step(at: number, levels: number): number {
  return Math.round((at * 255) / (levels - 1));
}

function greys(levels: number): Uint8Array {
  return Uint8Array.from({ length: levels * 3 }, (_, i) => step(Math.floor(i / 3), levels));
}

function cube(levels: number): Uint8Array {
  const colours = new Uint8Array(levels ** 3 * 3);
  for (let entry = 0; entry < levels ** 3; entry++) {
    colours[entry * 3] = step(Math.floor(entry / levels ** 2), levels);
    colours[entry * 3 + 1] = step(Math.floor(entry / levels) % levels, levels);
    colours[entry * 3 + 2] = step(entry % levels, levels);
  }
  return colours;
}

function readColours(hex: readonly string[]): Uint8Array {
  return Uint8Array.from(hex.flatMap((colour) => [0, 2, 4].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))));
}
