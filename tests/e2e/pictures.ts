// Pictures for tests, drawn in the browser: the tests need no files of their own.
import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";

export interface PictureFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** `count` different JPEGs of different shapes. `seed` keeps two sets apart. */
export async function drawPictures(page: Page, count: number, seed: string, longSidePx = 640): Promise<PictureFile[]> {
  const encoded = await page.evaluate(
    async ({ count, seed, longSidePx }) => {
      const all: string[] = [];
      for (let at = 0; at < count; at += 1) {
        const ratio = [1.5, 0.67, 1.33, 1, 1.78][at % 5] as number;
        const canvas = document.createElement("canvas");
        canvas.width = ratio >= 1 ? longSidePx : Math.round(longSidePx * ratio);
        canvas.height = ratio >= 1 ? Math.round(longSidePx / ratio) : longSidePx;
        const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
        const hue = (at * 47) % 360;
        const sky = pen.createLinearGradient(0, 0, canvas.width, canvas.height);
        sky.addColorStop(0, `hsl(${hue} 60% 60%)`);
        sky.addColorStop(1, `hsl(${(hue + 80) % 360} 70% 30%)`);
        pen.fillStyle = sky;
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.fillStyle = "white";
        pen.font = "48px sans-serif";
        pen.fillText(`${seed} ${at}`, 24, 72);
        const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
        const bytes = new Uint8Array(await (blob as Blob).arrayBuffer());
        all.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
      }
      return all;
    },
    { count, seed, longSidePx },
  );
  return encoded.map((base64, at) => ({
    name: `${seed}-${String(at).padStart(3, "0")}.jpg`,
    mimeType: "image/jpeg",
    buffer: Buffer.from(base64, "base64"),
  }));
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG with an honest header and pixel data that ends in rubbish: it is admitted, and then cannot be drawn. */
export function damagedPng(name: string): PictureFile {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(320, 0);
  header.writeUInt32BE(240, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc(1000, name.length));
  pixels.fill(0xff, 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const buffer = Buffer.concat([
    signature,
    pngChunk("IHDR", header),
    pngChunk("IDAT", pixels),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
  return { name, mimeType: "image/png", buffer };
}

/** Not a picture at all, whatever its name says. */
export function textNamedJpg(name: string): PictureFile {
  return { name, mimeType: "image/jpeg", buffer: Buffer.from(`This is not a picture: ${name}`) };
}
