// Planes in the engine's memory to one JPEG file: what the encoding kernel needs prepared, and what it leaves collected.
import type { Engine } from "./engine.ts";
import { assembleJpeg } from "./jpeg-file.ts";
import { quantisationTables } from "./jpeg-quantisation.ts";
import type { PlanarImage, Plane } from "./planes.ts";
import type { EngineExports } from "./render-exports.ts";
import { roundUp } from "./resize-planes.ts";

const BLOCK_PX = 8;
/** Bytes of the 16 counts that open a Huffman table. */
const HUFFMAN_COUNTS_BYTES = 16;

export interface EncoderOptions {
  readonly isGrey: boolean;
  /** 1 to 100, as IJG scales it. */
  readonly quality: number;
  readonly iccProfile: Uint8Array | null;
}

/**
 * The engine keeps one set of quantisation tables: use an encoder before another is created.
 *
 * @returns an encoder of images whose planes allocateImage made with a chroma factor of 2. What lies beyond a plane's sides is
 * overwritten; what the encoder allocates is given back.
 */
export function createPlanesEncoder(
  engine: Engine,
  kernel: EngineExports,
  { isGrey, quality, iccProfile }: EncoderOptions,
): (image: PlanarImage) => Uint8Array {
  const { luma, chroma } = quantisationTables(quality);
  const quantisation = isGrey ? ([luma] as const) : ([luma, chroma] as const);
  const start = kernel.mark();
  const steps = kernel.allocate(luma.length);
  quantisation.forEach((values, table) => {
    engine.bytes().set(values, steps);
    kernel.setQuantisation(table === 0 ? 0 : 1, steps);
  });
  kernel.release(start);
  const mcuPx = isGrey ? BLOCK_PX : 2 * BLOCK_PX;

  return function encodePlanes({ widthPx, heightPx, planes }) {
    const scanStart = kernel.mark();
    const [y, cb, cr] = planes;
    padPlane(kernel, y, mcuPx);
    if (cb !== undefined) padPlane(kernel, cb, BLOCK_PX);
    if (cr !== undefined) padPlane(kernel, cr, BLOCK_PX);
    const scan = kernel.encodeScan(
      y.address,
      y.strideBytes,
      cb?.address ?? 0,
      cr?.address ?? 0,
      cb?.strideBytes ?? 0,
      Math.ceil(widthPx / mcuPx),
      Math.ceil(heightPx / mcuPx),
    );
    const memory = engine.bytes();
    const tables = quantisation.length * 2;
    const jpeg = assembleJpeg({
      widthPx,
      heightPx,
      quantisation,
      huffman: Array.from({ length: tables }, (_, table) => viewHuffmanTable(memory, kernel.huffmanTable(table))),
      scan: memory.subarray(scan, scan + kernel.scanBytes()),
      iccProfile,
    });
    kernel.release(scanStart);
    return jpeg;
  };
}

function padPlane(kernel: EngineExports, { address, strideBytes, widthPx, heightPx }: Plane, multiplePx: number): void {
  kernel.padPlane(address, strideBytes, widthPx, heightPx, roundUp(widthPx, multiplePx), roundUp(heightPx, multiplePx));
}

function viewHuffmanTable(memory: Uint8Array, address: number): Uint8Array {
  const counts = memory.subarray(address, address + HUFFMAN_COUNTS_BYTES);
  const symbols = counts.reduce((sum, count) => sum + count, 0);
  return memory.subarray(address, address + HUFFMAN_COUNTS_BYTES + symbols);
}
