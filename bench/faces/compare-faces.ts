// Whether two runtimes see the same faces: the same boxes, and vectors that point the same way.
import { cosine } from "../../shared/kernels/vector.ts";
import type { PlainFace } from "./worker/face-work.ts";

/** Boxes of one face, found twice by arithmetic that differs in the fourth digit, overlap by more than this. */
const SAME_BOX_OVERLAP_01 = 0.98;

export interface FaceParity {
  readonly photos: number;
  readonly faces: number;
  /** Photos on which the boxes are the same, one for one. */
  readonly equalPhotos: number;
  /** Of all pairs of faces on those photos. */
  readonly minCosine: number;
  readonly unequal: readonly string[];
}

export function compareFaces(
  photos: readonly {
    readonly name: string;
    readonly ours: readonly PlainFace[];
    readonly theirs: readonly PlainFace[];
  }[],
): FaceParity {
  const unequal: string[] = [];
  let minCosine = 1;
  for (const { name, ours, theirs } of photos) {
    const partners = ours.map((face) => theirs.find((other) => overlap01(face, other) > SAME_BOX_OVERLAP_01));
    if (ours.length !== theirs.length || new Set(partners).size !== ours.length || partners.includes(undefined)) {
      unequal.push(`${name}: ${ours.length} and ${theirs.length} faces`);
      continue;
    }
    for (const [index, partner] of partners.entries()) {
      const vectors = [ours[index], partner].map((face) => Float32Array.from(face?.embedding ?? []));
      minCosine = Math.min(minCosine, cosine(vectors[0] ?? new Float32Array(), vectors[1] ?? new Float32Array()));
    }
  }
  const faces = photos.reduce((sum, { ours }) => sum + ours.length, 0);
  return { photos: photos.length, faces, equalPhotos: photos.length - unequal.length, minCosine, unequal };
}

function overlap01({ box: a }: PlainFace, { box: b }: PlainFace): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}
