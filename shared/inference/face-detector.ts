// Which guesses of the detector are faces: small looks first, larger ones where they can pay, a closer look at what is doubtful, and
// the photo turned where nobody is upright. It keeps no photo and no result; every number is the model's record's.
import { FACES_MAX_PER_PHOTO } from "../contracts/limits.ts";
import type { DetectorSettings } from "../contracts/models.ts";
import { type DetectedFace, suppressOverlaps } from "../kernels/face-detect-decode.ts";
import { orientImage } from "../kernels/orient.ts";
import { type QuarterTurns, turnFaceBack } from "../kernels/quarter-turns.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { lookAt, lookCloser } from "./face-looks.ts";
import type { InferenceSession } from "./inference-session.ts";

/** The EXIF orientation that turns an image clockwise by so many quarters. */
const ORIENTATION_OF_TURNS = { 1: 6, 2: 3, 3: 8 } as const;
/** Guesses of a look that are looked at closely, best first: a crowd of doubtful ones would cost more CPU than the looks. */
const CLOSE_UPS_MAX = 12;
const EVERY_TURN: readonly QuarterTurns[] = [0, 1, 2, 3];
/** A photo on its head shows guesses of faces, which a closer look turns; one on its side often shows none at all. */
const SIDEWAYS: readonly QuarterTurns[] = [1, 3];

export interface FaceDetector {
  /** Faces in pixels of the image, largest first, at most FACES_MAX_PER_PHOTO. */
  detect(image: RgbaImage): Promise<DetectedFace[]>;
}

export function createFaceDetector(session: InferenceSession, settings: DetectorSettings): FaceDetector {
  return {
    async detect(image) {
      const found = await search(session, image, settings);
      return found.sort((a, b) => areaOf(b) - areaOf(a)).slice(0, FACES_MAX_PER_PHOTO);
    },
  };
}

async function search(
  session: InferenceSession,
  image: RgbaImage,
  settings: DetectorSettings,
): Promise<DetectedFace[]> {
  const upright = await judge(session, image, await guess(session, image, settings), settings);
  if (upright.turns === 0 && upright.faces.length > 0) return upright.faces;
  if (upright.turns !== 0) {
    const turned = turn(image, upright.turns);
    const { faces } = await judge(session, turned, await guess(session, turned, settings), settings);
    return faces.length === 0 ? upright.faces : faces.map((face) => turnFaceBack(face, upright.turns, image));
  }
  for (const turns of SIDEWAYS) {
    const turned = turn(image, turns);
    const guesses = await lookAt(session, turned, settings.longSidesPx[0] ?? 0, settings);
    // Only what is certain: a photo of nobody has two more chances to look like somebody here.
    if (!guesses.some(({ score01 }) => score01 >= settings.certainScore)) continue;
    const { faces } = await judge(session, turned, await guess(session, turned, settings), settings);
    return faces.map((face) => turnFaceBack(face, turns, image));
  }
  return [];
}

/** All that may be a face, best first. */
async function guess(session: InferenceSession, image: RgbaImage, settings: DetectorSettings): Promise<DetectedFace[]> {
  const longSidePx = Math.max(image.widthPx, image.heightPx);
  let guesses: DetectedFace[] = [];
  let lookedPx = 0;
  for (const lookPx of settings.longSidesPx) {
    if (lookedPx > 0 && !needsLargerLook(guesses, longSidePx, lookedPx, settings)) break;
    const more = await lookAt(session, image, lookPx, settings);
    guesses = suppressOverlaps([...guesses, ...more], settings.nmsOverlap);
    lookedPx = lookPx;
  }
  return guesses;
}

/**
 * A larger look costs several times the one before and pays when the photo has more pixels than were looked at and even the largest
 * face is small: then people stand far away, and those next to them may be under the 10 px the network was trained down to.
 */
function needsLargerLook(
  guesses: readonly DetectedFace[],
  longSidePx: number,
  lookedPx: number,
  { scoreThreshold, smallFacePx }: DetectorSettings,
): boolean {
  if (longSidePx <= lookedPx) return false;
  const smallPx = (smallFacePx * longSidePx) / lookedPx;
  return guesses.every(
    ({ score01, widthPx, heightPx }) => score01 < scoreThreshold || Math.min(widthPx, heightPx) < smallPx,
  );
}

/**
 * Which guesses are faces. What is certain is; the rest is looked at closely: flowers, pumpkins and drawn faces look less like a face
 * then, and faces more. Where nothing is certain the closer look is taken every way up, because the network also finds faces on
 * their head, with landmarks that make of everybody the same person.
 * @returns turns other than 0 when the faces lie that many quarters to the left: the whole photo has to be turned clockwise
 */
async function judge(
  session: InferenceSession,
  image: RgbaImage,
  guesses: readonly DetectedFace[],
  settings: DetectorSettings,
): Promise<{ readonly faces: DetectedFace[]; readonly turns: QuarterTurns }> {
  const { certainScore, scoreThreshold, closeUp } = settings;
  const faces = guesses.filter(({ score01 }) => score01 >= certainScore);
  const turnsTried: readonly QuarterTurns[] = faces.length > 0 ? [0] : EVERY_TURN;
  let best = { score01: 0, turns: 0 as QuarterTurns };
  for (const doubtful of guesses.filter(({ score01 }) => score01 < certainScore).slice(0, CLOSE_UPS_MAX)) {
    const seen = await lookCloser(session, image, doubtful, turnsTried, settings);
    const clearest = seen.reduce<(typeof seen)[number] | null>(
      (most, one) => (most === null || one.face.score01 > most.face.score01 ? one : most),
      null,
    );
    if (clearest === null) continue;
    const { score01 } = clearest.face;
    const isSeenTwice = clearest.turns === 0 && doubtful.score01 >= scoreThreshold;
    if (score01 < (isSeenTwice ? closeUp.scoreThreshold : closeUp.scoreThresholdAlone)) continue;
    if (score01 > best.score01) best = { score01, turns: clearest.turns };
    if (clearest.turns === 0) faces.push(clearest.face);
  }
  return { faces: suppressOverlaps(faces, settings.nmsOverlap), turns: best.turns };
}

function turn(image: RgbaImage, turns: QuarterTurns): RgbaImage {
  return turns === 0 ? image : orientImage(image, ORIENTATION_OF_TURNS[turns]);
}

function areaOf(face: DetectedFace): number {
  return face.widthPx * face.heightPx;
}
