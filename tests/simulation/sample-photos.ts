// Photos made of a few bytes, and codecs and an embedder that answer from those bytes at once.
import type { ImageCodecs, RenditionResult } from "../../shared/codecs/index.ts";
import type { JpegPixels } from "../../shared/codecs/jpeg-pixels.ts";
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";
import type { FaceEmbedder, FaceObservation } from "../../shared/inference/face-embedder.ts";
import { sha256HexOf } from "./fake-r2.ts";

/**
 * photo: has faces · faceless: none · builtin: one observation that claims no face · poison: every attempt to decode throws ·
 * corrupt: failed by value · unsupported: skipped by value · unindexable: the embedder throws each time · fickle: decodes once,
 * and never again (a newer codec is stricter).
 */
export const SAMPLE_KINDS = [
  "photo",
  "faceless",
  "builtin",
  "poison",
  "corrupt",
  "unsupported",
  "unindexable",
  "fickle",
] as const;
export type SampleKind = (typeof SAMPLE_KINDS)[number];

export interface Sample {
  readonly kind: SampleKind;
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** The model at first, and the one an operator may install later. */
export const MODEL_IDS = ["simulated-0123456789ab", "another-0123456789ab"] as const;
export type ModelId = (typeof MODEL_IDS)[number];

/** So that the real sniffer at the door takes it for a JPEG. */
const JPEG_START = [0xff, 0xd8, 0xff, 0xe0];
const samples = new Map<string, Sample>();

export function samplePhoto(kind: SampleKind, number: number): Sample {
  // All of a kind are of one size, so that one may be sent in another's place.
  const text = `${kind}:${String(number).padStart(3, "0")};`;
  let sample = samples.get(text);
  if (sample === undefined) {
    const bytes = new Uint8Array([...JPEG_START, ...Buffer.from(text)]);
    sample = { kind, number, bytes, sha256: sha256HexOf(bytes) };
    samples.set(text, sample);
  }
  return sample;
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

function kindOf(bytes: Uint8Array): SampleKind {
  const text = latin1(bytes);
  const kind = SAMPLE_KINDS.find((candidate) => text.includes(`${candidate}:`));
  if (kind === undefined) throw new Error("not one of our photos");
  return kind;
}

export function renditionBytes(original: Uint8Array, widthPx: number): Uint8Array {
  return new Uint8Array([...Buffer.from(`w${widthPx}|`), ...original]);
}

/** @param decoded what this schedule has decoded before */
export const fakeCodecs = (decoded: Set<string>): Pick<ImageCodecs, "makeRenditions"> => ({
  async makeRenditions(source): Promise<RenditionResult> {
    const bytes = (await source.open()) as unknown as Uint8Array;
    const kind = kindOf(bytes);
    const isAgain = decoded.has(sha256HexOf(bytes));
    decoded.add(sha256HexOf(bytes));
    switch (kind === "fickle" && isAgain ? "corrupt" : kind) {
      case "poison":
        throw new Error("the decoder ran out of memory");
      case "corrupt":
        return { kind: "failed", reason: "corrupt", detail: "cut short" };
      case "unsupported":
        return { kind: "skipped", reason: "unsupported", facts: null, detail: "a codec we do not have" };
      default:
        return {
          kind: "done",
          facts: {
            mime: "image/jpeg",
            widthPx: 400,
            heightPx: 300,
            takenAt: null,
            camera: "simulated",
            latitude: 1,
            longitude: 2,
          } as never,
          renditions: RENDITION_WIDTHS.map((widthPx) => ({
            widthPx,
            pixelWidth: 4,
            pixelHeight: 3,
            mime: "image/jpeg" as const,
            bytes: renditionBytes(bytes, widthPx),
          })),
          thumbhash: String(bytes.subarray(0, 5)),
        };
    }
  },
});

export const fakePixels: JpegPixels = {
  async decodeJpeg(bytes) {
    return { data: bytes, widthPx: 4, heightPx: 3 } as never;
  },
};

export const fakeEmbedder = (modelId: ModelId): FaceEmbedder => ({
  modelId,
  grade: "recognition",
  async embed(images) {
    return images.map((image) => observationsOf((image as unknown as { data: Uint8Array }).data, modelId));
  },
  async embedAt(image, places) {
    const { data } = image as unknown as { data: Uint8Array };
    return places.map(({ box }) => lookedAt(data, box, modelId));
  },
});

/** What the embedder says of a place somebody pointed at. */
export function lookedAt(rendition: Uint8Array, box: FaceObservation["box"], modelId: ModelId): FaceObservation {
  return {
    box,
    landmarks: [],
    score: 1,
    quality: 0.4,
    embedding: vectorOf(rendition, Math.round(100 * box.x), modelId),
  };
}

/** @param rendition the 1280 derivative. Each model frames a face a little differently. */
export function observationsOf(rendition: Uint8Array, modelId: ModelId): FaceObservation[] {
  const kind = kindOf(rendition);
  if (kind === "unindexable") throw new Error("the session crashed");
  if (kind === "faceless") return [];
  const digest = sha256HexOf(rendition);
  const count = kind === "builtin" ? 1 : 1 + (Number.parseInt(digest.slice(0, 2), 16) % 3);
  const shift = MODEL_IDS.indexOf(modelId) / 100;
  return Array.from({ length: count }, (_, i) => ({
    box: { x: 0.3 * i + shift, y: 0.1, width: 0.2, height: 0.25 },
    landmarks: [],
    score: kind === "builtin" ? 0 : 0.9,
    quality: 0.5,
    embedding: vectorOf(rendition, i, modelId),
  }));
}

function vectorOf(rendition: Uint8Array, face: number, modelId: ModelId): Float32Array {
  const digest = sha256HexOf(rendition);
  return new Float32Array([face, digest.charCodeAt(0), digest.charCodeAt(1), MODEL_IDS.indexOf(modelId)]);
}
