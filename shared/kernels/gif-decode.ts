// The first frame of a GIF as pixels. Never looks at a second one: twenty thousand frames cost as much as one.
import { gifColorTableBytes, parseGifHeader } from "./gif-header.ts";
import { unpackGifLzw } from "./gif-lzw.ts";
import type { RgbaImage } from "./rgba-image.ts";

const SCREEN_END = 13;
const DESCRIPTOR_BYTES = 10;
const FLAG_INTERLACED = 0x40;
const FLAG_TRANSPARENT = 0x01;
/** Rows of an interlaced frame come in four passes (GIF89a appendix E). */
const PASSES = [
  { first: 0, step: 8 },
  { first: 4, step: 8 },
  { first: 2, step: 4 },
  { first: 1, step: 2 },
];
const SEQUENTIAL = [{ first: 0, step: 1 }];

/**
 * Allocates five bytes per pixel of the logical screen: check the header's size before.
 *
 * @returns RGBA of the logical screen, transparent where the frame does not cover it or is cut off; null when there is no
 *   frame, no colour table, or not a single pixel could be unpacked.
 */
export function decodeGifFirstFrame(bytes: Uint8Array): RgbaImage | null {
  const header = parseGifHeader(bytes);
  if (typeof header === "string") return null;
  const { controlStart, descriptorStart, leftPx, topPx, widthPx, heightPx } = header.firstFrame;
  const packed = bytes[descriptorStart + DESCRIPTOR_BYTES - 1];
  const localTableBytes = gifColorTableBytes(packed);
  const tableStart = localTableBytes > 0 ? descriptorStart + DESCRIPTOR_BYTES : SCREEN_END;
  const tableBytes = localTableBytes > 0 ? localTableBytes : gifColorTableBytes(bytes[10]);
  const dataStart = descriptorStart + DESCRIPTOR_BYTES + localTableBytes;
  if (tableBytes === 0 || dataStart >= bytes.length) return null;
  const codeBits = bytes[dataStart];
  if (codeBits < 2 || codeBits > 8) return null;

  const indices = new Uint8Array(widthPx * heightPx);
  const unpacked = unpackGifLzw(bytes, dataStart + 1, codeBits, indices);
  if (unpacked === 0) return null;
  const hasControl = controlStart !== null && bytes[controlStart + 2] === 4;
  const transparent = hasControl && bytes[controlStart + 3] & FLAG_TRANSPARENT ? bytes[controlStart + 6] : -1;

  const data = new Uint8Array(header.widthPx * header.heightPx * 4);
  let from = 0;
  for (const { first, step } of packed & FLAG_INTERLACED ? PASSES : SEQUENTIAL) {
    for (let y = first; y < heightPx; y += step) {
      let pos = ((topPx + y) * header.widthPx + leftPx) * 4;
      for (let x = 0; x < widthPx; x++, pos += 4) {
        if (from >= unpacked) break;
        const index = indices[from++];
        // An index beyond the table is nobody's colour; browsers leave it transparent.
        if (index === transparent || index * 3 >= tableBytes) continue;
        const color = tableStart + index * 3;
        data[pos] = bytes[color];
        data[pos + 1] = bytes[color + 1];
        data[pos + 2] = bytes[color + 2];
        data[pos + 3] = 255;
      }
    }
  }
  return { widthPx: header.widthPx, heightPx: header.heightPx, data };
}
