// The policy, with a network that sees painted faces: red above blue is one, as sure as the test wants it to be.
import { describe, expect, it } from "vitest";
import lockfile from "../../models/lockfile.json" with { type: "json" };
import { FACES_MAX_PER_PHOTO } from "../contracts/limits.ts";
import { activeModels, ModelLockfile } from "../contracts/models.ts";
import type { QuarterTurns } from "../kernels/quarter-turns.ts";
import type { RgbaImage } from "../kernels/rgba-image.ts";
import { createFaceDetector } from "./face-detector.ts";
import type { InferenceInput, InferenceSession } from "./inference-session.ts";

const { detector: settings } = activeModels(ModelLockfile.parse(lockfile)).detector;
const CLOSE_PX = settings.closeUp.sidePx;
const STRIDES_PX = [8, 16, 32];

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the network is told of a face it sees. */
interface Sight {
  /** Longer side of the input. */
  readonly inputPx: number;
  /** Width of the face in it. */
  readonly facePx: number;
  /** Clockwise turns that would bring it upright. */
  readonly turns: QuarterTurns;
}

interface Guess extends Box {
  readonly score: number;
}

/** Counts looks by the longer side of their input; `guessesIn` says what is seen. */
class FakeNetwork implements InferenceSession {
  readonly looks: number[] = [];
  readonly #guessesIn: (input: InferenceInput) => readonly Guess[];

  constructor(guessesIn: (input: InferenceInput) => readonly Guess[]) {
    this.#guessesIn = guessesIn;
  }

  async run(input: InferenceInput): Promise<Record<string, Float32Array>> {
    const [, , heightPx = 0, widthPx = 0] = input.shape;
    this.looks.push(Math.max(widthPx, heightPx));
    const outputs: Record<string, Float32Array> = {};
    for (const stridePx of STRIDES_PX) {
      const cells = (widthPx / stridePx) * (heightPx / stridePx);
      for (const [name, size] of Object.entries({ cls: 1, obj: 1, bbox: 4, kps: 10 }))
        outputs[`${name}_${stridePx}`] = new Float32Array(cells * size);
    }
    for (const guess of this.#guessesIn(input)) write(outputs, widthPx, guess);
    return outputs;
  }
}

/** One guess at stride 8, its landmarks in the corners and the middle of its box. */
function write(outputs: Record<string, Float32Array>, widthPx: number, { x, y, width, height, score }: Guess): void {
  const [centreX, centreY] = [(x + width / 2) / 8, (y + height / 2) / 8];
  const [column, row] = [Math.floor(centreX), Math.floor(centreY)];
  const cell = row * (widthPx / 8) + column;
  outputs.cls_8?.set([score], cell);
  outputs.obj_8?.set([score], cell);
  outputs.bbox_8?.set([centreX - column, centreY - row, Math.log(width / 8), Math.log(height / 8)], cell * 4);
  const points = [
    [x, y],
    [x + width, y],
    [x + width / 2, y + height / 2],
    [x, y + height],
    [x + width, y + height],
  ];
  outputs.kps_8?.set(
    points.flatMap(([px = 0, py = 0]) => [px / 8 - column, py / 8 - row]),
    cell * 10,
  );
}

/** A network for photos with one painted face, as sure of it as `scoreOf` says. */
function networkSeeing(scoreOf: (sight: Sight) => number): FakeNetwork {
  return new FakeNetwork(({ data, shape }) => {
    const [, , heightPx = 0, widthPx = 0] = shape;
    const plane = widthPx * heightPx;
    const red = extentOf((pos) => (data[2 * plane + pos] ?? 0) > 150, widthPx, plane);
    const blue = extentOf((pos) => (data[pos] ?? 0) > 150, widthPx, plane);
    if (red === null || blue === null) return [];
    const [x, y] = [Math.min(red.x, blue.x), Math.min(red.y, blue.y)];
    const right = Math.max(red.x + red.width, blue.x + blue.width);
    const bottom = Math.max(red.y + red.height, blue.y + blue.height);
    const [acrossPx, downPx] = [
      blue.x + blue.width / 2 - red.x - red.width / 2,
      blue.y + blue.height / 2 - red.y - red.height / 2,
    ];
    const isUpOrDown = Math.abs(downPx) > Math.abs(acrossPx);
    const turns: QuarterTurns = isUpOrDown ? (downPx > 0 ? 0 : 2) : acrossPx > 0 ? 1 : 3;
    const score = scoreOf({ inputPx: Math.max(widthPx, heightPx), facePx: right - x, turns });
    return [{ x, y, width: right - x, height: bottom - y, score }];
  });
}

function extentOf(isIn: (pos: number) => boolean, widthPx: number, plane: number): Box | null {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (let pos = 0; pos < plane; pos++) {
    if (!isIn(pos)) continue;
    const [x, y] = [pos % widthPx, Math.floor(pos / widthPx)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** A dark photo with one face, whose red half lies towards `up`. */
function photoOf(
  widthPx: number,
  heightPx: number,
  face: Box | null,
  up: "top" | "right" | "bottom" | "left" = "top",
): RgbaImage {
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let y = face?.y ?? 0; face !== null && y < face.y + face.height; y++) {
    for (let x = face.x; x < face.x + face.width; x++) {
      const along = {
        top: y - face.y,
        bottom: face.y + face.height - 1 - y,
        left: x - face.x,
        right: face.x + face.width - 1 - x,
      }[up];
      const isRed = along < (up === "top" || up === "bottom" ? face.height : face.width) / 2;
      data.set(isRed ? [255, 0, 0, 255] : [0, 0, 255, 255], (y * widthPx + x) * 4);
    }
  }
  return { widthPx, heightPx, data };
}

const NEAR: Box = { x: 300, y: 160, width: 240, height: 240 };
const FAR: Box = { x: 200, y: 120, width: 60, height: 60 };
const SURE = settings.certainScore + 0.02;
const detectIn = (network: FakeNetwork, photo: RgbaImage) => createFaceDetector(network, settings).detect(photo);

function expectAround(
  face: { xPx: number; yPx: number; widthPx: number; heightPx: number } | undefined,
  box: Box,
): void {
  if (face === undefined) throw new Error("a face expected");
  const edges = [face.xPx, face.yPx, face.xPx + face.widthPx, face.yPx + face.heightPx];
  const expected = [box.x, box.y, box.x + box.width, box.y + box.height];
  for (const [i, edge] of edges.entries()) expect(Math.abs(edge - (expected[i] ?? 0))).toBeLessThan(box.width * 0.1);
}

describe("looks", () => {
  it("are one for a face that is near and certain", async () => {
    const network = networkSeeing(() => SURE);
    const faces = await detectIn(network, photoOf(1280, 960, NEAR));
    expectAround(faces[0], NEAR);
    expect(network.looks).toEqual([320]);
  });

  it("are two where everybody is far away", async () => {
    const network = networkSeeing(() => SURE);
    expectAround((await detectIn(network, photoOf(1280, 960, FAR)))[0], FAR);
    expect(network.looks).toEqual([320, 640]);
  });

  it("are two where what is large is only a weak guess", async () => {
    const network = networkSeeing(({ inputPx }) => (inputPx === CLOSE_PX ? 0 : 0.5));
    await detectIn(network, photoOf(1280, 960, NEAR));
    expect(network.looks.slice(0, 2)).toEqual([320, 640]);
  });

  it("are no larger than the photo", async () => {
    const network = networkSeeing(() => SURE);
    await detectIn(network, photoOf(300, 200, { x: 50, y: 50, width: 20, height: 20 }));
    expect(network.looks).toEqual([320]);
  });

  it("end after two more, turned, where nobody is seen at all", async () => {
    const network = networkSeeing(() => 0);
    expect(await detectIn(network, photoOf(1280, 960, null))).toEqual([]);
    expect(network.looks).toEqual([320, 640, 320, 320]);
  });
});

describe("a doubtful guess", () => {
  const seenAs = (atFirst: number, closeUp: number) =>
    networkSeeing(({ inputPx, turns }) => (turns !== 0 ? 0 : inputPx === CLOSE_PX ? closeUp : atFirst));

  it.each([
    ["confirmed by a closer look is a face", 0.75, 0.8, 1],
    ["not confirmed is none", 0.88, 0.5, 0],
    ["too weak to be one is, when it is plain from near", 0.4, 0.9, 1],
    ["too weak to be one is none when it stays doubtful", 0.4, 0.8, 0],
    ["below everything is not looked at again", 0.2, 0.99, 0],
  ])("%s (%d, then %d)", async (_, atFirst, closeUp, count) => {
    const faces = await detectIn(seenAs(atFirst, closeUp), photoOf(1280, 960, NEAR));
    expect(faces).toHaveLength(count);
    if (count === 1) expectAround(faces[0], NEAR);
  });

  it("is not enlarged beyond what is in it", async () => {
    const widths: number[] = [];
    const network = networkSeeing(({ inputPx, facePx }) => {
      if (inputPx === CLOSE_PX) widths.push(facePx);
      return inputPx === CLOSE_PX ? 0.95 : 0.75;
    });
    await detectIn(network, photoOf(1280, 960, { x: 600, y: 500, width: 16, height: 16 }));
    expect(Math.max(...widths)).toBeLessThanOrEqual(16 * settings.closeUp.maxEnlargement + 4);
    expect(widths.length).toBeGreaterThan(0);
  });

  it("at the edge of the photo is seen with darkness beside it", async () => {
    const corner = { x: 0, y: 0, width: 200, height: 200 };
    expectAround((await detectIn(seenAs(0.75, 0.9), photoOf(1280, 960, corner)))[0], corner);
  });
});

describe("a photo that lies", () => {
  it("on its head, where the network doubts, is turned: the landmarks are those of a face upright", async () => {
    const network = networkSeeing(({ turns, inputPx }) => (turns === 0 ? SURE : inputPx === CLOSE_PX ? 0.6 : 0.88));
    const [face] = await detectIn(network, photoOf(1280, 960, NEAR, "bottom"));
    expectAround(face, NEAR);
    const [rightEye, , , rightMouth] = face?.landmarksPx ?? [];
    expect(rightEye?.[1]).toBeGreaterThan(rightMouth?.[1] ?? Number.POSITIVE_INFINITY);
    expect(rightEye?.[0]).toBeGreaterThan(NEAR.x + NEAR.width / 2);
  });

  it.each(["left", "right"] as const)("on its side, the top %s, is turned although nobody was guessed", async (up) => {
    const network = networkSeeing(({ turns }) => (turns === 0 ? SURE : 0));
    const [face] = await detectIn(network, photoOf(1280, 960, NEAR, up));
    expectAround(face, NEAR);
    const [rightEye, , , rightMouth] = face?.landmarksPx ?? [];
    const eyeToMouthPx = (rightMouth?.[0] ?? 0) - (rightEye?.[0] ?? 0);
    expect(Math.sign(eyeToMouthPx)).toBe(up === "left" ? 1 : -1);
  });

  it("shows nobody unless turned it shows a certain face", async () => {
    const network = networkSeeing(({ turns }) => (turns === 0 ? settings.certainScore - 0.01 : 0));
    expect(await detectIn(network, photoOf(1280, 960, NEAR, "left"))).toEqual([]);
  });
});

describe("a crowd", () => {
  const grid = (columns: number, rows: number, score: number) =>
    Array.from({ length: columns * rows }, (_, i) => ({
      x: (i % columns) * 32 + 4,
      y: Math.floor(i / columns) * 32 + 4,
      width: 16,
      height: 16,
      score,
    }));

  it("of certain faces ends at the limit", async () => {
    const network = new FakeNetwork(({ shape }) => (shape[3] === 320 ? grid(10, 6, SURE) : []));
    expect(await detectIn(network, photoOf(320, 240, null))).toHaveLength(FACES_MAX_PER_PHOTO);
  });

  it("around somebody certain is looked at closely once each: the photo lies right", async () => {
    const certain = { x: 100, y: 100, width: 100, height: 100, score: SURE };
    const network = new FakeNetwork(({ shape }) => (shape[3] === 320 ? [certain, ...grid(3, 1, 0.8)] : []));
    expect(await detectIn(network, photoOf(320, 240, null))).toHaveLength(1);
    expect(network.looks).toEqual([320, CLOSE_PX, CLOSE_PX, CLOSE_PX]);
  });

  it("of doubtful guesses costs no more than twelve closer looks, each four ways up", async () => {
    const network = new FakeNetwork(({ shape }) => (shape[3] === 320 ? grid(10, 6, 0.8) : []));
    expect(await detectIn(network, photoOf(320, 240, null))).toEqual([]);
    expect(network.looks.filter((px) => px === CLOSE_PX)).toHaveLength(12 * 4);
  });
});

it("says which output a network lacks", async () => {
  const silent: InferenceSession = { run: async () => ({}) };
  await expect(createFaceDetector(silent, settings).detect(photoOf(64, 64, null))).rejects.toThrow("no output cls_8");
});
