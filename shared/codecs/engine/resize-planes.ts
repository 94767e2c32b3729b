// Planar images in the engine's memory: allocated, resized, turned. Decides no sizes and encodes nothing.
import type { Orientation } from "../../kernels/exif-orientation.ts";
import { orientedSize } from "../../kernels/orient.ts";
import { VECTOR_OVERRUN_BYTES } from "./engine.ts";
import type { PlanarImage, Plane } from "./planes.ts";
import type { EngineExports } from "./render-exports.ts";

/** Sides of the largest MCU: planes are allocated in whole ones, so that the encoder can pad them in place. */
const MCU_PX = 16;

export interface PixelSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Which stored axes run backwards as seen. */
export interface Mirroring {
  readonly x: boolean;
  readonly y: boolean;
}

export const NOT_MIRRORED: Mirroring = { x: false, y: false };

/** Stored axes that a turn reverses; transposing reverses none. */
export function mirroringOf(orientation: Orientation): Mirroring {
  return { x: [2, 3, 7, 8].includes(orientation), y: [3, 4, 6, 7].includes(orientation) };
}

/** Along one axis: source samples per target sample, and the target grid's shift in its own samples. */
interface SamplePlacement {
  readonly step: number;
  readonly phase: number;
}

/** Addresses of planned axes. */
interface PlaneResampling {
  readonly columnsAxis: number;
  readonly rowsAxis: number;
}

export function allocatePlane(kernel: EngineExports, { widthPx, heightPx }: PixelSize): Plane {
  const strideBytes = roundUp(widthPx, MCU_PX);
  const address = kernel.allocate(strideBytes * roundUp(heightPx, MCU_PX) + VECTOR_OVERRUN_BYTES);
  return { address, strideBytes, widthPx, heightPx };
}

/** Uninitialised planes: luma of the given size, and for colour chroma at 1 / `chromaFactor` of it, rounded up. */
export function allocateImage(
  kernel: EngineExports,
  size: PixelSize,
  isGrey: boolean,
  chromaFactor: 1 | 2,
): PlanarImage {
  const { widthPx, heightPx } = size;
  const luma = allocatePlane(kernel, size);
  if (isGrey) return { widthPx, heightPx, planes: [luma] };
  const chromaSize = { widthPx: Math.ceil(widthPx / chromaFactor), heightPx: Math.ceil(heightPx / chromaFactor) };
  const planes = [luma, allocatePlane(kernel, chromaSize), allocatePlane(kernel, chromaSize)] as const;
  return { widthPx, heightPx, planes };
}

/**
 * Resizes every plane into `target`, whose chroma may be sampled differently: each plane's samples are placed by the area they
 * cover, so luma and chroma stay on top of one another at any size.
 *
 * @param mirroring Axes along which `target` will be mirrored afterwards. An odd side's last chroma sample covers half a box; it
 * must be the last one as seen, not as stored.
 */
export function resizeImage(
  kernel: EngineExports,
  source: PlanarImage,
  target: PlanarImage,
  mirroring: Mirroring = NOT_MIRRORED,
): void {
  const start = kernel.mark();
  const [luma, cb, cr] = source.planes;
  const [targetLuma, targetCb, targetCr] = target.planes;
  const plan = (from: Plane, to: Plane): PlaneResampling | "copy" => {
    const columns = placeSamples(source.widthPx, from.widthPx, target.widthPx, to.widthPx, mirroring.x);
    const rows = placeSamples(source.heightPx, from.heightPx, target.heightPx, to.heightPx, mirroring.y);
    if (isIdentity(columns, from.widthPx, to.widthPx) && isIdentity(rows, from.heightPx, to.heightPx)) return "copy";
    return {
      columnsAxis: kernel.planResampleAxis(from.widthPx, to.widthPx, columns.step, columns.phase),
      rowsAxis: kernel.planResampleAxis(from.heightPx, to.heightPx, rows.step, rows.phase),
    };
  };
  resizePlane(kernel, luma, targetLuma, plan(luma, targetLuma));
  if (cb !== undefined && cr !== undefined && targetCb !== undefined && targetCr !== undefined) {
    const axes = plan(cb, targetCb);
    resizePlane(kernel, cb, targetCb, axes);
    const isAlike = cr.widthPx === cb.widthPx && cr.heightPx === cb.heightPx;
    resizePlane(kernel, cr, targetCr, isAlike ? axes : plan(cr, targetCr));
  }
  kernel.release(start);
}

function resizePlane(kernel: EngineExports, from: Plane, to: Plane, plan: PlaneResampling | "copy"): void {
  if (plan === "copy") {
    kernel.orientPlane(from.address, from.strideBytes, from.widthPx, from.heightPx, to.address, to.strideBytes, 1);
  } else {
    const { columnsAxis, rowsAxis } = plan;
    kernel.resizePlane(from.address, from.strideBytes, to.address, to.strideBytes, columnsAxis, rowsAxis);
  }
}

/** Turns every plane into `target`, which has the size as seen. */
export function orientImage(
  kernel: EngineExports,
  source: PlanarImage,
  target: PlanarImage,
  orientation: Orientation,
): void {
  source.planes.forEach((from, i) => {
    const to = target.planes[i];
    if (to === undefined) throw new RangeError(`Expected ${source.planes.length} planes. Got ${target.planes.length}.`);
    const expected = orientedSize(from.widthPx, from.heightPx, orientation);
    if (to.widthPx !== expected.widthPx || to.heightPx !== expected.heightPx) {
      throw new RangeError(
        `Expected a plane of ${expected.widthPx}x${expected.heightPx} px. Got ${to.widthPx}x${to.heightPx}.`,
      );
    }
    const { address, strideBytes, widthPx, heightPx } = from;
    kernel.orientPlane(address, strideBytes, widthPx, heightPx, to.address, to.strideBytes, orientation);
  });
}

export function roundUp(length: number, multiple: number): number {
  return Math.ceil(length / multiple) * multiple;
}

function placeSamples(
  sourcePx: number,
  sourceSamples: number,
  targetPx: number,
  targetSamples: number,
  isMirrored: boolean,
): SamplePlacement {
  const sourceFactor = samplingFactor(sourcePx, sourceSamples);
  const targetFactor = samplingFactor(targetPx, targetSamples);
  const step = sourcePx / sourceFactor / (targetPx / targetFactor);
  // Mirrored, the half-filled box comes first: the grid begins as many pixels early as that box lacks.
  const missingPx = isMirrored ? targetSamples * targetFactor - targetPx : 0;
  return { step, phase: -missingPx / targetFactor };
}

function isIdentity({ step, phase }: SamplePlacement, sourceSamples: number, targetSamples: number): boolean {
  return step === 1 && phase === 0 && sourceSamples === targetSamples;
}

/** Pixels along one axis that a sample covers: whole, unless no whole number explains the count. */
function samplingFactor(px: number, samples: number): number {
  const nearest = Math.max(1, Math.round(px / samples));
  return Math.ceil(px / nearest) === samples ? nearest : px / samples;
}
