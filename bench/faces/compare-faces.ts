// Whether two runtimes see the same faces: the same boxes, and vectors that point the same way.
//
// A face's vector differs for two reasons: the embedder's arithmetic, or another crop, where the detector's arithmetic moved a
// landmark or, of two guesses of a face that score alike, preferred the other one. Both are told apart.
import { cosine } from "../../shared/kernels/vector.ts";
import type { PlainFace } from "./worker/face-work.ts";

/** Boxes of one face, found twice by arithmetic that differs in the fourth digit, overlap by more than this. */
const SAME_BOX_OVERLAP_01 = 0.98;

export interface ComparedPhoto {
  readonly name: string;
  readonly ours: readonly PlainFace[];
  readonly theirs: readonly PlainFace[];
  /** Both vectors of each crop that they made. */
  readonly crops: readonly { readonly ours: readonly number[]; readonly theirs: readonly number[] }[];
}

export interface FaceParity {
  readonly photos: number;
  readonly faces: number;
  /** Photos on which the boxes are the same, one for one. */
  readonly equalPhotos: number;
  readonly unequal: readonly string[];
  /** The worst of all pairs of vectors of the same crop. */
  readonly minCosineOfCrops: number;
  /** The worst of all faces, each runtime with its own crop, on the photos with the same boxes. */
  readonly minCosineEndToEnd: number;
}

export function compareFaces(photos: readonly ComparedPhoto[]): FaceParity {
  const unequal: string[] = [];
  const ofCrops: number[] = [];
  const endToEnd: number[] = [];
  for (const { name, ours, theirs, crops } of photos) {
    ofCrops.push(...crops.map((crop) => cosineOf(crop.ours, crop.theirs)));
    const partners = ours.map((face) => theirs.find((other) => overlap01(face, other) > SAME_BOX_OVERLAP_01));
    if (ours.length !== theirs.length || new Set(partners).size !== ours.length || partners.includes(undefined)) {
      unequal.push(`${name}: ${ours.length} and ${theirs.length} faces`);
      continue;
    }
    for (const [index, partner] of partners.entries()) {
      endToEnd.push(cosineOf(ours[index]?.embedding ?? [], partner?.embedding ?? []));
    }
  }
  return {
    photos: photos.length,
    faces: ofCrops.length,
    equalPhotos: photos.length - unequal.length,
    unequal,
    minCosineOfCrops: Math.min(...ofCrops),
    minCosineEndToEnd: Math.min(...endToEnd),
  };
}

function cosineOf(a: readonly number[], b: readonly number[]): number {
  return cosine(Float32Array.from(a), Float32Array.from(b));
}

function overlap01({ box: a }: PlainFace, { box: b }: PlainFace): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}
