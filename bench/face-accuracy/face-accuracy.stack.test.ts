// The product's accuracy on the corpus, in workerd: what it must not fall below. Skipped, saying so, without corpus or weights.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModelLockfile } from "../../models/lockfile.ts";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, resolveModels } from "../../models/resolve-models.ts";
import { activeModels } from "../../shared/contracts/models.ts";
import { cosine } from "../../shared/kernels/vector.ts";
import { CORPUS } from "../../tests/reference/corpus-jpegs.ts";
import { type AccuracyReport, evaluateFaces } from "./evaluate-faces.ts";
import { type FaceReader, startFaceReader } from "./face-reader.ts";
import { type FaceLabels, readLabels } from "./labels.ts";
import type { FaceAnswer } from "./worker/face-answer.ts";

const FACES = join(CORPUS, "faces");
const lockfile = readModelLockfile();
const { thresholds, minQuality } = activeModels(lockfile).embedder.embedder;
const resolved = await resolveModels({
  weightsDir: DEFAULT_WEIGHTS_DIR,
  modelsDir: defaultModelsDir(),
  offline: true,
});
const weights = new Map(
  resolved.flatMap(({ record, path }) => (path === null ? [] : [[record.sha256, path] as const])),
);
const hasWeights = weights.size === resolved.length;
const missing = existsSync(FACES) ? (hasWeights ? "" : "skipped: no weights, see MODELS_DIR") : "skipped: no corpus";

/** What one look at the photo takes for somebody: a drawn head, a flower, a pumpkin with glasses, a dog, a drawing. */
const NOBODY = [
  "formats/python-pillow__Pillow/Tests/images/dispose_bgnd_transparency.gif",
  "photos/python-pillow__Pillow/Tests/images/flower2.jpg",
  "photos/ianare__exif-samples/jpg/exif-org/sony-powershota5.jpg",
  "photos/ianare__exif-samples/jpg/exif-org/fujifilm-finepix40i.jpg",
  "photos/ianare__exif-samples/jpg/PaintTool_sample.jpg",
];

function largestFace(answer: FaceAnswer): Float32Array | null {
  const face = answer.kind === "read" ? answer.faces[0] : undefined;
  return face === undefined ? null : Float32Array.from(face.embedding);
}

describe.skipIf(missing !== "")(`faces of the corpus ${missing}`, () => {
  let reader: FaceReader;
  let labels: FaceLabels;
  let report: AccuracyReport;

  beforeAll(async () => {
    labels = readLabels(FACES);
    reader = await startFaceReader();
    await reader.use(lockfile, weights);
    const answers = new Map<string, FaceAnswer>();
    for (const { file } of labels.images) answers.set(file, await readPhoto(join(FACES, file)));
    report = evaluateFaces(
      labels,
      answers,
      Object.entries(thresholds).map(([name, value]) => ({ name, value })),
      { thresholds, minQuality },
    );
  });
  afterAll(() => reader?.close());

  const readPhoto = async (path: string): Promise<FaceAnswer> => reader.read(new Uint8Array(readFileSync(path)));

  it("are all found", () => {
    expect(report.detection).toMatchObject({ missed: [], unreadable: [] });
  });

  it("are told apart in at least 99 of 100 labelled pairs, at the record's own threshold", () => {
    const at = report.pairs.atThresholds.find(({ name }) => name === "suggest");
    expect(at?.balanced01).toBeGreaterThanOrEqual(0.99);
    expect(report.pairs.auc).toBeGreaterThanOrEqual(0.998);
  });

  it("are grouped into people: hardly a stranger among them, hardly anybody left out", () => {
    expect(report.grouping?.bcubed.precision01).toBeGreaterThanOrEqual(0.99);
    expect(report.grouping?.bcubed.recall01).toBeGreaterThanOrEqual(0.95);
  });

  it("are told apart as well in signed bytes", () => {
    expect(report.int8.pairs.auc).toBeGreaterThanOrEqual(report.pairs.auc - 0.0005);
    const balanced = (pairs: AccuracyReport["pairs"]) => pairs.atThresholds.map(({ balanced01 }) => balanced01);
    for (const [i, value] of balanced(report.int8.pairs).entries())
      expect(value).toBeGreaterThanOrEqual((balanced(report.pairs)[i] ?? 1) - 0.0025);
  });

  // Not all of them: of a face cut off at the chin and turned upside down the network guesses nothing.
  it.each([90, 180, 270])(
    "are nine in ten the same people when the photo lies turned by %i degrees",
    async (degrees) => {
      const sample = labels.images.filter((_, i) => i % 10 === 0);
      let same = 0;
      for (const { file } of sample) {
        const upright = largestFace(await readPhoto(join(FACES, file)));
        const turned = await sharp(join(FACES, file)).rotate(degrees).png().toBuffer();
        const lying = largestFace(await reader.read(new Uint8Array(turned)));
        if (upright !== null && lying !== null && cosine(upright, lying) >= thresholds.link) same++;
      }
      expect(same / sample.length).toBeGreaterThanOrEqual(0.9);
    },
  );

  it.each(NOBODY)("are not seen where there are none: %s", async (file) => {
    expect(await readPhoto(join(CORPUS, file))).toMatchObject({ kind: "read", faces: [] });
  });

  it("have thresholds that keep their promise on every pair: false accepts below 1e-2, 1e-3 and none", () => {
    const promised = { similar: 1e-2, suggest: 1e-3, link: 1e-4 };
    for (const { name, falseAcceptRate01 } of report.everyPair.atThresholds)
      expect([name, falseAcceptRate01 <= promised[name as keyof typeof promised]]).toEqual([name, true]);
  });
});
