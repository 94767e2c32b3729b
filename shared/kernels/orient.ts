// Turns stored pixels upright (TIFF 6.0 tag 274, also the EXIF orientation). Applies a turn; never decides whether one is due.
import type { Orientation } from "./exif-orientation.ts";
import { assertRgbaImage, type RgbaImage } from "./rgba-image.ts";

/** The size as seen of an image stored with the given size: orientations 5 to 8 swap the sides. */
export function orientedSize(
  widthPx: number,
  heightPx: number,
  orientation: Orientation,
): { widthPx: number; heightPx: number } {
  return orientation >= 5 ? { widthPx: heightPx, heightPx: widthPx } : { widthPx, heightPx };
}

/** @returns the upright image; the same object for orientation 1, else new pixels. */
export function orientImage(image: RgbaImage, orientation: Orientation): RgbaImage {
  assertRgbaImage(image);
  if (orientation === 1) return image;
  const { widthPx: storedWidth, heightPx: storedHeight } = image;
  const { widthPx, heightPx } = orientedSize(storedWidth, storedHeight, orientation);
  // Whole pixels at a time. A view needs 4-byte alignment, which a decoder's buffer may lack: then copy once.
  const aligned = image.data.byteOffset % 4 === 0 ? image.data : image.data.slice();
  const source = new Uint32Array(aligned.buffer, aligned.byteOffset, storedWidth * storedHeight);
  const target = new Uint32Array(widthPx * heightPx);

  // Walking the target row by row, the source is read from `first` in steps of `alongRow` and, per row, `downColumn`.
  const right = 1;
  const down = storedWidth;
  const topRight = storedWidth - 1;
  const bottomLeft = (storedHeight - 1) * storedWidth;
  const bottomRight = bottomLeft + topRight;
  const [first, alongRow, downColumn] = {
    2: [topRight, -right, down],
    3: [bottomRight, -right, -down],
    4: [bottomLeft, right, -down],
    5: [0, down, right],
    6: [bottomLeft, -down, right],
    7: [bottomRight, -down, -right],
    8: [topRight, down, -right],
  }[orientation];
  for (let y = 0, pos = 0; y < heightPx; y++) {
    let from = first + y * downColumn;
    for (let x = 0; x < widthPx; x++, from += alongRow) target[pos++] = source[from];
  }
  return { widthPx, heightPx, data: new Uint8Array(target.buffer) };
}
