// Inputs to begin with: small files of the corpus where it is present, and always a few made here.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import sharp, { type JpegOptions, type Sharp } from "sharp";
import { CORPUS, corpusFiles } from "../reference/corpus-jpegs.ts";

const FOLDERS = ["photos", "formats", "hostile"] as const;

/** @param largest bytes; larger files only slow every run down */
export function corpusSeeds(magics: readonly (readonly number[])[], largest: number): Uint8Array[] {
  const files = magics.flatMap((magic) => corpusFiles(FOLDERS, magic));
  return files
    .map((file) => join(CORPUS, file))
    .filter((path) => statSync(path).size <= largest)
    .map((path) => new Uint8Array(readFileSync(path)));
}

/** JPEGs of every process and sampling that sharp writes. */
export async function generatedJpegs(): Promise<Uint8Array[]> {
  const source = noisyPicture(61, 43);
  const variants: JpegOptions[] = [
    { quality: 80 },
    { quality: 95, chromaSubsampling: "4:4:4" },
    { quality: 60, progressive: true },
    { quality: 90, progressive: true, chromaSubsampling: "4:4:4" },
  ];
  const colour = await Promise.all(variants.map(async (options) => await source().jpeg(options).toBuffer()));
  const grey = await source().greyscale().jpeg().toBuffer();
  const turned = await source().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const cmyk = await source().toColourspace("cmyk").jpeg().toBuffer();
  return [...colour, grey, turned, cmyk].map((bytes) => new Uint8Array(bytes));
}

export async function generatedPngs(): Promise<Uint8Array[]> {
  const source = noisyPicture(37, 29);
  const files = await Promise.all([
    source().png().toBuffer(),
    source().png({ palette: true, colours: 16 }).toBuffer(),
    source().ensureAlpha(0.5).png({ adaptiveFiltering: true }).toBuffer(),
    source().greyscale().png({ compressionLevel: 0 }).toBuffer(),
    source().toColourspace("rgb16").png().toBuffer(),
    source().png({ progressive: true }).toBuffer(),
  ]);
  return files.map((bytes) => new Uint8Array(bytes));
}

/** Gradients with texture: coefficients of every frequency, and the same on every machine. */
function noisyPicture(width: number, height: number): () => Sharp {
  const pixels = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (i * 7 + (i >> 5) * 13 + ((i * i) >> 7)) & 255,
  );
  return () => sharp(pixels, { raw: { width, height, channels: 3 } });
}
