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

/** A part of a picture, in its pixels. May begin and end between them. */
export interface PicturePart extends PixelSize {
  readonly leftPx: number;
  readonly topPx: number;
}

/** Along one axis: source samples per target sample, and the target grid's shift in its own samples. */
interface SamplePlacement {
  readonly step: number;
  readonly phase: number;
}

/** Addresses of planned axes; "none" when every sample stays what it is. */
type Resampling = { readonly columnsAxis: number; readonly rowsAxis: number } | "none";

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
 * Resizes and turns every plane into `target`, which has the size as seen. Its chroma may be sampled differently: each plane's
 * samples are placed by the area they cover, so luma and chroma stay on top of one another at any size.
 *
 * @param part of the source, as stored, that becomes the whole target; all of it by default
 */
export function resizeImage(
  kernel: EngineExports,
  source: PlanarImage,
  target: PlanarImage,
  orientation: Orientation = 1,
  part: PicturePart = { leftPx: 0, topPx: 0, widthPx: source.widthPx, heightPx: source.heightPx },
): void {
  const start = kernel.mark();
  const [luma, cb, cr] = source.planes;
  const [targetLuma, targetCb, targetCr] = target.planes;
  const resize = (from: Plane, to: Plane, plan: Resampling) => resizePlane(kernel, from, to, plan, orientation);
  const plan = (from: Plane, to: Plane) => planResampling(kernel, { ...source, part }, from, target, to, orientation);
  resize(luma, targetLuma, plan(luma, targetLuma));
  if (cb !== undefined && cr !== undefined && targetCb !== undefined && targetCr !== undefined) {
    const chromaPlan = plan(cb, targetCb);
    const isAlike = cr.widthPx === cb.widthPx && cr.heightPx === cb.heightPx;
    resize(cb, targetCb, chromaPlan);
    resize(cr, targetCr, isAlike ? chromaPlan : plan(cr, targetCr));
  }
  kernel.release(start);
}

function planResampling(
  kernel: EngineExports,
  source: PlanarImage & { readonly part: PicturePart },
  from: Plane,
  target: PlanarImage,
  to: Plane,
  orientation: Orientation,
): Resampling {
  // Swapping sides is its own inverse: these are the target's sizes as stored.
  const image = orientedSize(target.widthPx, target.heightPx, orientation);
  const plane = orientedSize(to.widthPx, to.heightPx, orientation);
  const isReversed = { x: [2, 3, 7, 8].includes(orientation), y: [3, 4, 6, 7].includes(orientation) };
  const { part } = source;
  const across = { startPx: part.leftPx, lengthPx: part.widthPx, factor: samplingFactor(source.widthPx, from.widthPx) };
  const down = { startPx: part.topPx, lengthPx: part.heightPx, factor: samplingFactor(source.heightPx, from.heightPx) };
  const columns = placeSamples(across, image.widthPx, plane.widthPx, isReversed.x);
  const rows = placeSamples(down, image.heightPx, plane.heightPx, isReversed.y);
  if (isIdentity(columns, from.widthPx, plane.widthPx) && isIdentity(rows, from.heightPx, plane.heightPx))
    return "none";
  return {
    columnsAxis: kernel.planResampleAxis(from.widthPx, plane.widthPx, columns.step, columns.phase),
    rowsAxis: kernel.planResampleAxis(from.heightPx, plane.heightPx, rows.step, rows.phase),
  };
}

/** Turned, a plane passes through a copy of its new size as stored: turning the small one is cheaper. */
function resizePlane(
  kernel: EngineExports,
  source: Plane,
  target: Plane,
  resampling: Resampling,
  orientation: Orientation,
): void {
  const start = kernel.mark();
  let resized = source;
  if (resampling !== "none") {
    const { columnsAxis, rowsAxis } = resampling;
    const isUpright = orientation === 1;
    resized = isUpright ? target : allocatePlane(kernel, orientedSize(target.widthPx, target.heightPx, orientation));
    const { address, strideBytes } = resized;
    kernel.resizePlane(source.address, source.strideBytes, address, strideBytes, columnsAxis, rowsAxis);
  }
  if (resized !== target) {
    const { address, strideBytes, widthPx, heightPx } = resized;
    kernel.orientPlane(address, strideBytes, widthPx, heightPx, target.address, target.strideBytes, orientation);
  }
  kernel.release(start);
}

export function roundUp(length: number, multiple: number): number {
  return Math.ceil(length / multiple) * multiple;
}

function placeSamples(
  source: { readonly startPx: number; readonly lengthPx: number; readonly factor: number },
  targetPx: number,
  targetSamples: number,
  isReversed: boolean,
): SamplePlacement {
  const targetFactor = samplingFactor(targetPx, targetSamples);
  const step = source.lengthPx / source.factor / (targetPx / targetFactor);
  // An odd side's last chroma sample covers half a box. It must be the last as seen: where turning will reverse the axis, the
  // half-filled box comes first, and the grid begins as many pixels early as that box lacks.
  const missingPx = isReversed ? targetSamples * targetFactor - targetPx : 0;
  return { step, phase: source.startPx / source.factor / step - missingPx / targetFactor };
}

function isIdentity({ step, phase }: SamplePlacement, sourceSamples: number, targetSamples: number): boolean {
  return step === 1 && phase === 0 && sourceSamples === targetSamples;
}

/** Pixels along one axis that a sample covers: whole, unless no whole number explains the count. */
export function samplingFactor(px: number, samples: number): number {
  const nearest = Math.max(1, Math.round(px / samples));
  return Math.ceil(px / nearest) === samples ? nearest : px / samples;
}
