// What the thumbnail bench measures: mosaics of real photos from 2 to 100 MP, baseline and progressive, kept in a temporary folder.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import sharp from "sharp";

export interface BenchPhoto {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly megapixels: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly orientation: number;
  readonly coding: "baseline" | "progressive" | "png";
}

/** Sizes of today's cameras and phones: 2, 8, 12, 24, 48 and 100 MP. Twice 12, of different tiles, because most photos have it. */
const MOSAICS: readonly { readonly name: string; readonly widthPx: number; readonly heightPx: number }[] = [
  { name: "2", widthPx: 1632, heightPx: 1224 },
  { name: "8", widthPx: 3264, heightPx: 2448 },
  { name: "12a", widthPx: 4032, heightPx: 3024 },
  { name: "12b", widthPx: 4032, heightPx: 3024 },
  { name: "24", widthPx: 6000, heightPx: 4000 },
  { name: "48", widthPx: 8064, heightPx: 6048 },
  { name: "100", widthPx: 11520, heightPx: 8640 },
];
/** The PNG row of the target table. */
const PNG_OF = "12a";
/** Tiles keep their pixels, so their detail is a camera's: only photos at least this large can give one. */
const TILE = { widthPx: 2560, heightPx: 1920 };
/** Bits per pixel below which a corpus photo is smoother than what phones write. */
const TILE_MIN_BITS_PER_PIXEL = 0.8;
/** Gives 2 to 3 bits per pixel of these tiles, as phones do at 12 MP. */
const QUALITY = 96;
/** Changes whenever the recipe does: older files are not taken for new ones. */
const CACHE = join(tmpdir(), "heliograph-bench-thumbs");

/** @param only names to keep, e.g. `12a`, `48-progressive`, `12a-png`; all without it. */
export async function generatedBenchPhotos(corpus: string, only: readonly string[] | null): Promise<BenchPhoto[]> {
  mkdirSync(CACHE, { recursive: true });
  const photos: BenchPhoto[] = [];
  for (const [index, mosaic] of MOSAICS.entries()) {
    const names = [mosaic.name, `${mosaic.name}-progressive`, ...(mosaic.name === PNG_OF ? [`${PNG_OF}-png`] : [])];
    const wanted = names.filter((name) => only === null || only.includes(name));
    if (wanted.length === 0) continue;
    const baseline = await cached(`${mosaic.name}.jpg`, async () => await makeMosaic(corpus, mosaic, index));
    for (const name of wanted) photos.push(await readBenchPhoto(await variantOf(name, mosaic.name, baseline), name));
  }
  return photos;
}

export async function folderBenchPhotos(folder: string): Promise<BenchPhoto[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(jpe?g|png)$/i.test(file))
    .sort();
  const photos: BenchPhoto[] = [];
  for (const file of files) photos.push(await readBenchPhoto(join(folder, file), basename(file, extname(file))));
  return photos;
}

export async function readBenchPhoto(path: string, name: string): Promise<BenchPhoto> {
  const bytes = new Uint8Array(readFileSync(path));
  const { width, height, isProgressive, orientation, format } = await sharp(bytes).metadata();
  const jpegCoding = isProgressive ? "progressive" : "baseline";
  return {
    name,
    path,
    bytes,
    megapixels: (width * height) / 1e6,
    widthPx: width,
    heightPx: height,
    orientation: orientation ?? 1,
    coding: format === "png" ? "png" : jpegCoding,
  };
}

async function variantOf(name: string, mosaic: string, baseline: string): Promise<string> {
  if (name === mosaic) return baseline;
  if (name.endsWith("-png")) return await cached(`${name}.png`, async () => await sharp(baseline).png().toBuffer());
  return await cached(`${name}.jpg`, async () => await makeProgressive(baseline));
}

/** Losslessly where jpegtran is installed: the same coefficients in the usual ten scans. Elsewhere encoded again. */
async function makeProgressive(baseline: string): Promise<Uint8Array> {
  if (spawnSync("jpegtran", ["-version"]).error === undefined) {
    return execFileSync("jpegtran", ["-progressive", "-copy", "all", baseline], { maxBuffer: 2 ** 30 });
  }
  return await sharp(baseline).jpeg({ quality: QUALITY, progressive: true }).toBuffer();
}

async function makeMosaic(
  corpus: string,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  seed: number,
): Promise<Uint8Array> {
  const tiles = await findTiles(corpus);
  const parts: { input: Buffer; raw: { width: number; height: number; channels: 3 }; left: number; top: number }[] = [];
  for (let top = 0; top < heightPx; top += TILE.heightPx) {
    for (let left = 0; left < widthPx; left += TILE.widthPx) {
      const tile = tiles[(parts.length + seed) % tiles.length];
      if (tile === undefined) throw new Error("no tiles");
      const width = Math.min(TILE.widthPx, widthPx - left);
      const height = Math.min(TILE.heightPx, heightPx - top);
      // Another part of the same photo each time it is used.
      const lap = Math.floor((parts.length + seed) / tiles.length);
      const input = await sharp(tile.path, { ignoreIcc: true })
        .extract({
          left: (lap * 397) % (tile.widthPx - width + 1),
          top: (lap * 211) % (tile.heightPx - height + 1),
          width,
          height,
        })
        .toColourspace("srgb")
        .raw()
        .toBuffer();
      parts.push({ input, raw: { width, height, channels: 3 }, left, top });
    }
  }
  const canvas = { width: widthPx, height: heightPx, channels: 3, background: "black" } as const;
  // Compositing adds an alpha channel of its own.
  const composed = sharp({ create: canvas, limitInputPixels: false }).composite(parts);
  const pixels = await composed.removeAlpha().raw().toBuffer();
  return await sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

async function findTiles(corpus: string): Promise<{ path: string; widthPx: number; heightPx: number }[]> {
  const found: { path: string; widthPx: number; heightPx: number }[] = [];
  for (const path of globSync(join(corpus, "photos/**/*.{jpg,jpeg}")).sort()) {
    const header = await sharp(path)
      .metadata()
      .catch(() => null);
    if (header === null || header.width < TILE.widthPx || header.height < TILE.heightPx) continue;
    const bitsPerPixel = (readFileSync(path).length * 8) / (header.width * header.height);
    if (bitsPerPixel < TILE_MIN_BITS_PER_PIXEL) continue;
    found.push({ path, widthPx: header.width, heightPx: header.height });
  }
  if (found.length === 0) throw new Error(`Expected photos of ${TILE.widthPx}x${TILE.heightPx} or more in ${corpus}.`);
  return found;
}

async function cached(name: string, make: () => Promise<Uint8Array>): Promise<string> {
  const path = join(CACHE, name);
  if (existsSync(path)) return path;
  // Under another name until it is whole: an interrupted run leaves no half photo behind.
  writeFileSync(`${path}.part`, await make());
  renameSync(`${path}.part`, path);
  return path;
}
