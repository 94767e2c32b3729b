// Needs the service binding TEST_FILES (models/serve-test-files.ts). Where this machine has no weights or no corpus, the tests that
// need them are skipped and say so.
import { env } from "cloudflare:workers";
import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import decodeJpeg, { init } from "@jsquash/jpeg/decode.js";
import { beforeAll, describe, expect, it } from "vitest";
import lockfile from "../../models/lockfile.json" with { type: "json" };
import {
  activeModels,
  type EmbedderRecord,
  type EmbedderSettings,
  ModelLockfile,
  modelId,
} from "../contracts/models.ts";
import { cosine } from "../kernels/vector.ts";
import { BUILTIN_DIMENSIONS, BUILTIN_MODEL_ID } from "./builtin-embedder.ts";
import {
  createFaceEmbedder,
  type FaceObservation,
  type RgbaImage,
  WEIGHTS_RECHECK_MS,
  type WeightsStore,
} from "./face-embedder.ts";
import { OnnxGraphWriter } from "./onnx-writer.ts";

const LOCKFILE = ModelLockfile.parse(lockfile);
const ACTIVE = activeModels(LOCKFILE);
const FACES = "corpus/faces/";
const testFiles = Reflect.get(env, "TEST_FILES") as Fetcher;

async function testFile(path: string): Promise<ArrayBuffer | null> {
  const response = await testFiles.fetch(`http://files/${path}`);
  return response.ok ? response.arrayBuffer() : null;
}

const installed: WeightsStore = { read: (sha256) => testFile(`weights/${sha256}`) };
const empty: WeightsStore = { read: async () => null };

const hasWeights = (await Promise.all(Object.values(ACTIVE).map(({ sha256 }) => installed.read(sha256)))).every(
  (weights) => weights !== null,
);
const identities = await testFile(`${FACES}identities.csv`);
const missing = hasWeights ? (identities === null ? "skipped: no corpus" : "") : "skipped: no weights, see MODELS_DIR";

async function photo(path: string): Promise<RgbaImage> {
  const bytes = await testFile(FACES + path);
  if (bytes === null) throw new Error(`${path} is not in the corpus`);
  const { width, height, data } = await decodeJpeg(bytes);
  return { widthPx: width, heightPx: height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** Smooth waves, different for each seed: a picture with edges and no face. */
function waves(widthPx: number, heightPx: number, seed: number, gain = 1): RgbaImage {
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const u = ((x - widthPx / 2) / heightPx) * 9;
      const v = (y / heightPx) * 9;
      const value = (128 + 70 * Math.sin(u * seed + v) + 50 * Math.cos(v * (5 - seed) - u)) * gain;
      data.set([value, value * 0.9, value * 0.7, 255], (y * widthPx + x) * 4);
    }
  }
  return { widthPx, heightPx, data };
}

function one(observations: readonly FaceObservation[] | undefined): FaceObservation {
  if (observations?.length !== 1 || observations[0] === undefined)
    throw new Error(`expected one observation, got ${observations?.length}`);
  return observations[0];
}

const lengthOf = (vector: Float32Array) => Math.hypot(...vector);

describe("without weights", () => {
  const source = createFaceEmbedder(empty, LOCKFILE, () => 0);

  it("answers grade builtin and claims no face: one square in the middle, score 0, quality 0, no landmarks", async () => {
    const embedder = await source.get();
    expect(embedder).toMatchObject({ grade: "builtin", modelId: BUILTIN_MODEL_ID });
    const observation = one((await embedder.embed([waves(400, 200, 2)]))[0]);
    expect(observation).toMatchObject({
      score: 0,
      quality: 0,
      landmarks: [],
      box: { x: 0.375, y: 0.25, width: 0.25, height: 0.5 },
    });
    expect(observation.embedding).toHaveLength(BUILTIN_DIMENSIONS);
    expect(lengthOf(observation.embedding)).toBeCloseTo(1, 5);
  });

  it("puts a smaller, darker copy nearer than another picture", async () => {
    const embedder = await source.get();
    const images = [waves(400, 300, 2), waves(240, 180, 2, 0.6), waves(400, 300, 3)];
    const [original, copy, other] = (await embedder.embed(images)).map((found) => one(found).embedding);
    if (!original || !copy || !other) throw new Error("three vectors expected");
    expect(cosine(original, copy)).toBeGreaterThan(0.97);
    expect(cosine(original, other)).toBeLessThan(0.8);
  });

  it("has nothing to say about a picture without an edge", async () => {
    const flat = { widthPx: 50, heightPx: 50, data: new Uint8Array(50 * 50 * 4).fill(90) };
    expect(await (await source.get()).embed([flat])).toEqual([[]]);
  });

  it("rejects pixels that are not the image they claim to be", async () => {
    const broken = { widthPx: 50, heightPx: 50, data: new Uint8Array(50) };
    await expect((await source.get()).embed([broken])).rejects.toThrow("Got 50");
  });
});

describe("models that our kernels cannot run", () => {
  it("are run by onnxruntime-web, and told of once", async () => {
    const graphs = { "face-detector": graphOf("Sqrt"), "face-embedder": graphOf("Relu") };
    const stored = new Map<string, Uint8Array<ArrayBuffer>>();
    const models = [];
    for (const model of LOCKFILE.models) {
      const bytes = Uint8Array.from(graphs[model.role]);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      stored.set(sha256, bytes);
      models.push({ ...model, sha256, bytes: bytes.length });
    }
    const told: string[] = [];
    const source = createFaceEmbedder(
      { read: async (sha256) => stored.get(sha256)?.buffer ?? null },
      ModelLockfile.parse({ ...LOCKFILE, models }),
      () => 0,
      (model, reason) => told.push(`${model}: ${reason}`),
    );
    const [first, second] = [await source.get(), await source.get()];
    expect(second).toBe(first);
    expect(told).toEqual([`${LOCKFILE.active.detector}: operator Sqrt has no kernel`]);
  });

  function graphOf(operator: string): Uint8Array {
    const graph = new OnnxGraphWriter(operator);
    graph.node(operator, [graph.input("x", [1, 3, 4, 4])], {}, "y");
    graph.output("y", [1, 3, 4, 4]);
    return graph.encode();
  }
});

describe("the weights store", () => {
  it("is asked once until the recheck is due", async () => {
    let now = 0;
    let reads = 0;
    const counting: WeightsStore = {
      read: async () => {
        reads++;
        return null;
      },
    };
    const source = createFaceEmbedder(counting, LOCKFILE, () => now);
    const first = await source.get();
    const readsOfOneCheck = reads;
    now = WEIGHTS_RECHECK_MS - 1;
    expect(await source.get()).toBe(first);
    expect(reads).toBe(readsOfOneCheck);
    now = WEIGHTS_RECHECK_MS;
    expect(await source.get()).toBe(first);
    expect(reads).toBe(2 * readsOfOneCheck);
  });

  it("is believed only for the pinned bytes", async () => {
    const source = createFaceEmbedder({ read: async () => new ArrayBuffer(8) }, LOCKFILE, () => 0);
    await expect(source.get()).rejects.toMatchObject({ code: "misconfigured", facts: { bytes: 8 } });
  });

  it("may fail: the error is the caller's, and the next call asks again", async () => {
    let isDown = true;
    const shaky: WeightsStore = {
      read: async () => {
        if (isDown) throw new Error("storage is down");
        return null;
      },
    };
    const source = createFaceEmbedder(shaky, LOCKFILE, () => 0);
    await expect(source.get()).rejects.toThrow("storage is down");
    isDown = false;
    expect((await source.get()).grade).toBe("builtin");
  });

  it("is not asked before the first get, and a lockfile without its active models is refused at once", () => {
    expect(() => createFaceEmbedder(empty, { ...LOCKFILE, models: [] }, () => 0)).toThrow(/lacks the models/);
  });
});

describe.skipIf(missing !== "")(`with weights ${missing}`, () => {
  const source = createFaceEmbedder(installed, LOCKFILE, () => 0);
  beforeAll(() => init(jpegDecoder));

  it("takes over from the built-in default when weights are installed later", async () => {
    let now = 0;
    let store = empty;
    const later = createFaceEmbedder({ read: (sha256) => store.read(sha256) }, LOCKFILE, () => now);
    expect((await later.get()).grade).toBe("builtin");
    store = installed;
    now = WEIGHTS_RECHECK_MS;
    expect(await later.get()).toMatchObject({ grade: "recognition", modelId: modelId(ACTIVE.embedder) });
  });

  it("finds the face where it is, upright landmarks and all", async () => {
    const [found] = await (await source.get()).embed([
      await photo("krasserm__face-recognition/images/Ariel_Sharon/Ariel_Sharon_0005.jpg"),
    ]);
    const { box, landmarks, score, quality, embedding } = one(found);
    expect(box.x + box.width / 2).toBeCloseTo(0.5, 1);
    expect(box.y + box.height / 2).toBeCloseTo(0.5, 1);
    const [rightEye, leftEye, nose, rightMouth] = landmarks;
    if (!rightEye || !leftEye || !nose || !rightMouth) throw new Error("five landmarks expected");
    expect(rightEye[0]).toBeLessThan(leftEye[0]);
    expect(rightEye[1]).toBeLessThan(nose[1]);
    expect(nose[1]).toBeLessThan(rightMouth[1]);
    expect(score).toBeGreaterThan(0.8);
    expect(quality).toBeGreaterThan(0.2);
    expect(embedding).toHaveLength(ACTIVE.embedder.embedder.dimensions);
    expect(lengthOf(embedding)).toBeCloseTo(1, 5);
  });

  it("tells people apart", async () => {
    const folder = "krasserm__face-recognition/images/";
    const paths = [
      "Ariel_Sharon/Ariel_Sharon_0005.jpg",
      "Ariel_Sharon/Ariel_Sharon_0010.jpg",
      "Hugo_Chavez/Hugo_Chavez_0008.jpg",
    ];
    const images = await Promise.all(paths.map((path) => photo(folder + path)));
    const [sharon, alsoSharon, chavez] = (await (await source.get()).embed(images)).map(
      (found) => one(found).embedding,
    );
    if (!sharon || !alsoSharon || !chavez) throw new Error("three vectors expected");
    expect(cosine(sharon, alsoSharon)).toBeGreaterThan(0.5);
    expect(cosine(sharon, chavez)).toBeLessThan(0.25);
  });

  it("says of a place somebody points at what it says of a face it found there", async () => {
    const embedder = await source.get();
    const image = await photo("krasserm__face-recognition/images/Ariel_Sharon/Ariel_Sharon_0005.jpg");
    const seen = one((await embedder.embed([image]))[0]);
    const { box } = seen;
    const generous = { x: box.x - 0.05, y: box.y - 0.05, width: box.width + 0.1, height: box.height + 0.1 };
    const [again, pointed, nowhere] = await embedder.embedAt(image, [
      { box, landmarks: seen.landmarks },
      { box: generous, landmarks: [] },
      { box: { x: 0.99, y: 0.99, width: 0.01, height: 0.01 }, landmarks: [] },
    ]);
    if (!again || !pointed) throw new Error("an answer for each place expected");
    expect(cosine(again.embedding, seen.embedding)).toBeGreaterThan(0.9999);
    expect(cosine(pointed.embedding, seen.embedding)).toBeGreaterThan(0.9);
    expect(pointed.box.x).toBeCloseTo(generous.x, 5);
    // Where no face is, there is a vector all the same, and little trust in it.
    expect(nowhere?.embedding).toHaveLength(ACTIVE.embedder.embedder.dimensions);
    expect(nowhere?.quality).toBeLessThan(seen.quality);
  });

  it("feeds a second embedder as its entry says: size, template, order and scale of colours, dimensions", async () => {
    const [image] = await Promise.all([photo("krasserm__face-recognition/images/Ariel_Sharon/Ariel_Sharon_0005.jpg")]);
    const weights = meanColours(64);
    const sha256 = await sha256Of(weights);
    const vectorWith = async (settings: Partial<EmbedderSettings>): Promise<Float32Array> => {
      const template = ACTIVE.embedder.embedder.template.map(([x, y]): [number, number] => [
        (x * 64) / 112,
        (y * 64) / 112,
      ]);
      const plain = { mean: [0, 0, 0] as Colours, std: [1, 1, 1] as Colours, channelOrder: "rgb" as const };
      const embedder = { ...ACTIVE.embedder.embedder, ...plain, inputPx: 64, template, dimensions: 48, ...settings };
      const second: EmbedderRecord = { ...ACTIVE.embedder, name: "mean-colours", sha256, embedder };
      const lockfile = ModelLockfile.parse({
        ...LOCKFILE,
        active: { ...LOCKFILE.active, embedder: "mean-colours" },
        models: [...LOCKFILE.models, second],
      });
      const store = { read: async (digest: string) => (digest === sha256 ? weights : installed.read(digest)) };
      const switched = await createFaceEmbedder(store, lockfile, () => 0).get();
      expect(switched.modelId).toBe(modelId(second));
      return one((await switched.embed([image]))[0]).embedding;
    };
    const rgb = await vectorWith({});
    expect(rgb).toHaveLength(48);
    const planesOf = (vector: Float32Array) => [0, 16, 32].map((start) => vector.subarray(start, start + 16));
    const bgr = planesOf(await vectorWith({ channelOrder: "bgr" }));
    for (const [i, plane] of planesOf(rgb).toReversed().entries())
      for (const [at, value] of plane.entries()) expect(bgr[i]?.[at]).toBeCloseTo(value, 5);
    // Blue and green divided by a thousand: only red is left of the direction.
    const red = planesOf(await vectorWith({ std: [1, 1000, 1000] }));
    expect(Math.hypot(...(red[0] ?? []))).toBeGreaterThan(0.999);
    const shifted = await vectorWith({ template: ARCFACE_SHIFTED });
    expect(cosine(rgb, shifted)).toBeLessThan(0.995);
    await expect(vectorWith({ dimensions: 64 })).rejects.toThrow("Expecting 64 numbers from the embedder. Got 48.");
  });

  it("finds nobody where nobody is, after both looks", async () => {
    expect(await (await source.get()).embed([waves(800, 600, 2)])).toEqual([[]]);
  });

  it("finds small faces by the second look", async () => {
    const face = await photo("krasserm__face-recognition/images/Ariel_Sharon/Ariel_Sharon_0005.jpg");
    const wide = { widthPx: 3000, heightPx: 1000, data: new Uint8Array(3000 * 1000 * 4).fill(90) };
    for (let y = 0; y < face.heightPx; y++) {
      wide.data.set(
        face.data.subarray(y * face.widthPx * 4, (y + 1) * face.widthPx * 4),
        ((600 + y) * 3000 + 2500) * 4,
      );
    }
    const { box } = one((await (await source.get()).embed([wide]))[0]);
    expect((box.x + box.width / 2) * 3000).toBeCloseTo(2625, -2);
    expect((box.y + box.height / 2) * 1000).toBeCloseTo(725, -2);
  });

  it("gives a photo the same vectors alone, in a batch of 50, and while others run", { timeout: 120_000 }, async () => {
    const rows = new TextDecoder()
      .decode(identities ?? new ArrayBuffer(0))
      .trim()
      .split("\n")
      .slice(1);
    const paths = rows
      .map((row) => row.split(",")[0] ?? "")
      .filter((path) => path.endsWith(".jpg"))
      .slice(-50);
    const images = await Promise.all(paths.map(photo));
    expect(images).toHaveLength(50);
    const embedder = await source.get();
    const [together, ...others] = await Promise.all([
      embedder.embed(images),
      ...images.slice(0, 3).map((image) => embedder.embed([image])),
    ]);
    for (const [index, image] of images.entries()) {
      const [alone] = await embedder.embed([image]);
      expect(largestDifference(alone, together?.[index])).toBeLessThanOrEqual(1e-4);
    }
    for (const [index, other] of others.entries())
      expect(largestDifference(other[0], together[index])).toBeLessThanOrEqual(1e-4);
  });
});

type Colours = [number, number, number];

/** The same five points, a third of the frame further down. */
const ARCFACE_SHIFTED = ACTIVE.embedder.embedder.template.map(([x, y]): [number, number] => [
  (x * 64) / 112,
  (y * 64) / 112 + 10,
]);

/** image (1 × 3 × side²) → means of 4 × 4 fields by plane */
function meanColours(sidePx: number): ArrayBuffer {
  const graph = new OnnxGraphWriter("mean-colours");
  const image = graph.input("image", [1, 3, sidePx, sidePx]);
  const fields = graph.node("AveragePool", [image], { kernel_shape: [16, 16], strides: [16, 16] });
  graph.node("Flatten", [fields], { axis: 1 }, "vector");
  graph.output("vector", [1, 48]);
  return Uint8Array.from(graph.encode()).buffer;
}

async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function largestDifference(
  a: readonly FaceObservation[] | undefined,
  b: readonly FaceObservation[] | undefined,
): number {
  if (a === undefined || b === undefined || a.length !== b.length || a.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(
    ...a.flatMap((face, index) =>
      Array.from(face.embedding, (value, at) => Math.abs(value - (b[index]?.embedding[at] ?? Number.NaN))),
    ),
  );
}
