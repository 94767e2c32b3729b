// What the gate books for a photo against what an engine takes, and what it does with files beyond its limits.
import sharp from "sharp";
import { describe, expect, it, vi } from "vitest";
import { loadEngineModule } from "../../tests/fixtures/load-engine-module.ts";
import { HEADER_MAX_BYTES, LIBRARY_SOURCE_MAX_BYTES } from "../contracts/limits.ts";
import { joinBytes, jpegHeaderOnly, jpegSegment, webpCanvas, webpFile } from "../kernels/hand-written-images.ts";
import { type ImageHeader, parseImageHeader } from "../kernels/image-header.ts";
import { decodeCostBytes } from "./decodable.ts";
import { storedSize } from "./decode-original.ts";
import { EnginePool } from "./engine/engine-pool.ts";
import { makeRenditions } from "./make-renditions.ts";

vi.mock("./engine/engine-module.ts", () => ({ engineModule: null }));

const module = await loadEngineModule();
const noLibrary = () => Promise.reject(new Error("no library is asked"));

async function render(bytes: Uint8Array) {
  const engines = new EnginePool(module);
  let engineBytes = 0;
  const use = engines.use.bind(engines);
  engines.use = (share, work) =>
    use(share, async (engine) => {
      const result = await work(engine);
      engineBytes = engine.memoryBytes;
      return result;
    });
  const open = async () => new Blob([new Uint8Array(bytes)]).stream();
  const result = await makeRenditions({ engines, decodeImage: noLibrary }, { sizeBytes: bytes.length, open });
  return { result, engineBytes };
}

interface Shape {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly isProgressive?: boolean;
  readonly chromaSubsampling?: "4:2:0" | "4:4:4";
  readonly isCmyk?: boolean;
}

async function jpeg({ widthPx, heightPx, isProgressive = false, chromaSubsampling = "4:2:0", isCmyk = false }: Shape) {
  const blank = sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: "teal" } });
  const file = (isCmyk ? blank.toColourspace("cmyk") : blank).jpeg({ progressive: isProgressive, chromaSubsampling });
  return new Uint8Array(await file.toBuffer());
}

function headerOf(bytes: Uint8Array): ImageHeader {
  const header = parseImageHeader(bytes);
  if (typeof header === "string") throw new Error(header);
  return header;
}

describe("what is booked for a JPEG", () => {
  it.each<Shape>([
    { widthPx: 2558, heightPx: 10232 },
    { widthPx: 2558, heightPx: 4547 },
    { widthPx: 2558, heightPx: 4547, chromaSubsampling: "4:4:4" },
    { widthPx: 4000, heightPx: 5000, isCmyk: true },
    { widthPx: 4000, heightPx: 3000 },
    { widthPx: 2400, heightPx: 6700, isProgressive: true },
  ])("is at least what the engine takes: %o", { timeout: 60_000 }, async (shape) => {
    const bytes = await jpeg(shape);
    const header = headerOf(bytes);
    const { result, engineBytes } = await render(bytes);
    expect(result.kind).toBe("done");
    // More than the whole budget is booked as all of it, and that is what a module can grow to.
    expect(engineBytes).toBeLessThanOrEqual(decodeCostBytes(header, storedSize(header, 1280)));
  });

  it("lets two ordinary photos work side by side", () => {
    const header = headerOf(jpegHeaderOnly({ widthPx: 4000, heightPx: 3000 }));
    expect(decodeCostBytes(header, storedSize(header, 1280))).toBeLessThanOrEqual(32 * 1024 * 1024);
  });
});

describe("a photo that memory does not hold at the scale it wants", () => {
  it.each<Shape>([
    { widthPx: 2400, heightPx: 6700, isProgressive: true },
    { widthPx: 2448, heightPx: 3264, isCmyk: true },
  ])("is made of half the scale: %o", { timeout: 60_000 }, async (shape) => {
    const { result } = await render(await jpeg(shape));
    expect(result).toMatchObject({ kind: "done", facts: { widthPx: shape.widthPx, heightPx: shape.heightPx } });
  });
});

describe("a file beyond a limit", () => {
  it("whose header does not begin within the bytes searched is corrupt, and is not read on", async () => {
    const filler = jpegSegment(0xe5, new Uint8Array(65_000));
    const fillers = Array.from({ length: Math.ceil(HEADER_MAX_BYTES / 65_000) + 2 }, () => filler);
    const photo = jpegHeaderOnly({ widthPx: 64, heightPx: 32 });
    const { result } = await render(joinBytes(photo.subarray(0, 2), ...fillers, photo.subarray(2)));
    expect(result).toMatchObject({ kind: "failed", reason: "corrupt" });
  });

  it("whose bytes a library would have to hold beside its pixels is too large", async () => {
    const canvas = webpCanvas(400, 300, 0);
    const { result } = await render(webpFile(["VP8X", canvas], ["XMP ", new Uint8Array(LIBRARY_SOURCE_MAX_BYTES)]));
    expect(result).toMatchObject({ kind: "failed", reason: "too-large" });
  });

  it("whose pixels a library would have to hold is too large by its header", async () => {
    const { result } = await render(webpFile(["VP8X", webpCanvas(8000, 4000, 0)]));
    expect(result).toMatchObject({ kind: "failed", reason: "too-large" });
  });
});
