// The dithering service's words as the options of an address. Pure.
import { AppError } from "../../../shared/contracts/errors.ts";
import type { DitherChannels, DitherQuery } from "../../../shared/contracts/images.ts";

/** Shorter words the dithering service's callers use. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  fs: "floyd-steinberg",
  floyd: "floyd-steinberg",
  jjn: "jarvis-judice-ninke",
  ordered: "bayer8",
  bayer: "bayer8",
};

/** One option is one option: what a value holds may not bring another along. @throws AppError invalid-transform */
export function ditherOps(channels: DitherChannels, query: DitherQuery): string {
  for (const [name, value] of Object.entries(query)) {
    if (!/^[A-Za-z0-9.:-]*$/.test(value ?? ""))
      throw new AppError("invalid-transform", `\`${name}\` holds a character no option has.`, {
        errors: [{ pointer: `/${name}`, message: "may have letters, digits, points, colons and hyphens" }],
      });
  }
  const { alg, levels, palette, strength, serpentine } = query;
  const isGrey = channels === "1";
  const options: Readonly<Record<string, string | undefined>> = {
    grayscale: isGrey ? "1" : undefined,
    // Only the fourth channel is transparency; without it the picture stands on white.
    bg: channels === "4" ? undefined : "ffffff",
    dither: ALGORITHMS[alg] ?? alg,
    pal: palette ?? (levels === undefined ? undefined : isGrey ? "grey" : "rgb"),
    levels,
    strength,
    serpentine,
  };
  return Object.entries(options)
    .flatMap(([option, value]) => (value === undefined ? [] : [`${option}_${value}`]))
    .join(",");
}
