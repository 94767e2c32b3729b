// The two ways YuNet is used: at a whole photo, and close up at one guess, any way up. What to make of it is face-detector.ts's business.
import type { DetectorSettings } from "../contracts/models.ts";
import { type DetectedFace, type DetectorHead, decodeFaces, suppressOverlaps } from "../kernels/face-detect-decode.ts";
import { type QuarterTurns, turnFaceBack, turnSquarePlanes } from "../kernels/quarter-turns.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { cutSquareAround } from "../kernels/square-around.ts";
import { type LetterboxTensor, letterboxBgr } from "../kernels/tensor.ts";
import type { InferenceSession } from "./inference-session.ts";

/** The network's output strides. */
const STRIDES_PX = [8, 16, 32] as const;
/** A face close up is the one that was guessed when its centre lies in this middle part of the picture. */
const MIDDLE_01 = 0.5;

/** Everything that may be a face, best first, in pixels of the image. */
export async function lookAt(
  session: InferenceSession,
  image: RgbaImage,
  longSidePx: number,
  settings: DetectorSettings,
): Promise<DetectedFace[]> {
  return await run(session, letterboxBgr(image, { longSidePx, multiplePx: settings.multiplePx }), settings);
}

export interface CloseUp {
  /** Clockwise turns of the picture in which the face was seen upright. */
  readonly turns: QuarterTurns;
  /** As seen close up, in pixels of the image. */
  readonly face: DetectedFace;
}

/** The guess again, larger and from nearer, once for each turn asked for. Turns in which no face is seen there are left out. */
export async function lookCloser(
  session: InferenceSession,
  image: RgbaImage,
  guess: DetectedFace,
  turns: readonly QuarterTurns[],
  settings: DetectorSettings,
): Promise<CloseUp[]> {
  const { sidePx, surroundings, maxEnlargement } = settings.closeUp;
  const windowPx = Math.max(surroundings * Math.max(guess.widthPx, guess.heightPx), sidePx / maxEnlargement);
  const [centreX, centreY] = [guess.xPx + guess.widthPx / 2, guess.yPx + guess.heightPx / 2];
  const square = cutSquareAround(image, centreX, centreY, Math.ceil(windowPx));
  const input = letterboxBgr(square.image, { longSidePx: sidePx, multiplePx: settings.multiplePx });
  const closeUps: CloseUp[] = [];
  for (const turn of turns) {
    const turned = { ...input, data: turnSquarePlanes(input.data, sidePx, turn) };
    const seen = (await run(session, turned, settings)).find((face) => isInMiddle(face, square.image.widthPx));
    if (seen === undefined) continue;
    closeUps.push({ turns: turn, face: shift(turnFaceBack(seen, turn, square.image), square.leftPx, square.topPx) });
  }
  return closeUps;
}

async function run(
  session: InferenceSession,
  input: LetterboxTensor,
  { proposalScore, nmsOverlap }: DetectorSettings,
): Promise<DetectedFace[]> {
  const outputs = await session.run({ data: input.data, shape: [1, 3, input.heightPx, input.widthPx] });
  const heads = STRIDES_PX.map((stridePx) => headOf(outputs, stridePx));
  return suppressOverlaps(decodeFaces(heads, input, proposalScore), nmsOverlap);
}

function headOf(outputs: Readonly<Record<string, Float32Array>>, stridePx: number): DetectorHead {
  const read = (name: string): Float32Array => {
    const output = outputs[`${name}_${stridePx}`];
    if (output === undefined) throw new Error(`The detector has no output ${name}_${stridePx}.`);
    return output;
  };
  return {
    stridePx,
    classScores: read("cls"),
    objectScores: read("obj"),
    boxes: read("bbox"),
    landmarks: read("kps"),
  };
}

function isInMiddle(face: DetectedFace, sidePx: number): boolean {
  const reach = (sidePx * MIDDLE_01) / 2;
  return (
    Math.abs(face.xPx + face.widthPx / 2 - sidePx / 2) < reach &&
    Math.abs(face.yPx + face.heightPx / 2 - sidePx / 2) < reach
  );
}

function shift(face: DetectedFace, byXPx: number, byYPx: number): DetectedFace {
  const landmarksPx = face.landmarksPx.map(([x, y]): [number, number] => [x + byXPx, y + byYPx]);
  return { ...face, xPx: face.xPx + byXPx, yPx: face.yPx + byYPx, landmarksPx };
}
