// What the lockfile says, and every way of breaking it: a broken one is refused with the place and the reason.
import { describe, expect, it } from "vitest";
import lockfile from "../../models/lockfile.json" with { type: "json" };
import { activeModels, findEmbedder, ModelLockfile, modelId } from "./models.ts";

type Json = Record<string, unknown>;

const copy = () => structuredClone(lockfile) as Json & typeof lockfile;
const embedderOf = ({ models }: typeof lockfile) =>
  models[1]?.embedder as Json & { template: number[][]; std: number[] };
const detectorOf = ({ models }: typeof lockfile) => models[0]?.detector as Json;

/** The complaints about a lockfile, as one text: places and reasons. */
function complaintsAbout(broken: unknown): string {
  const parsed = ModelLockfile.safeParse(broken);
  if (parsed.success) return "none";
  return parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n");
}

it("names a detector and an embedder in use, and a built-in default without an address", () => {
  const parsed = ModelLockfile.parse(lockfile);
  const { detector, embedder } = activeModels(parsed);
  expect([detector.role, embedder.role]).toEqual(["face-detector", "face-embedder"]);
  expect(findEmbedder(parsed, modelId(embedder))).toBe(embedder);
  expect(findEmbedder(parsed, modelId(parsed.builtin))).toBeNull();
  expect(findEmbedder(parsed, "unheard-of-0123456789ab")).toBeNull();
  expect(parsed.builtin).not.toHaveProperty("url");
});

it("takes a second embedder by another entry, and switches to it by name", () => {
  const two = copy();
  const first = two.models[1];
  if (first?.embedder === undefined) throw new Error("an embedder expected");
  const second = { ...structuredClone(first), name: "other-512", sha256: "0".repeat(64) };
  Object.assign(second.embedder, { dimensions: 512, channelOrder: "bgr", mean: [0, 0, 0], std: [1, 1, 1] });
  two.models.push(second);
  expect(activeModels(ModelLockfile.parse(two)).embedder.name).toBe(first.name);
  two.active.embedder = "other-512";
  const parsed = ModelLockfile.parse(two);
  expect(activeModels(parsed).embedder.embedder.dimensions).toBe(512);
  expect(findEmbedder(parsed, modelId(first))?.embedder.dimensions).toBe(128);
});

describe("a broken lockfile is refused:", () => {
  const cases: [string, (broken: ReturnType<typeof copy>) => void, RegExp][] = [
    [
      "an unknown active embedder",
      (broken) => {
        broken.active.embedder = "nobody";
      },
      /active\.embedder: No face-embedder is called nobody\. Known: mobilefacenet-128\./,
    ],
    [
      "an active model of the other role",
      (broken) => {
        broken.active.detector = "mobilefacenet-128";
      },
      /active\.detector: No face-detector is called mobilefacenet-128\. Known: yunet-n\./,
    ],
    [
      "the built-in default called active",
      (broken) => {
        broken.active.embedder = broken.builtin.name;
      },
      /No face-embedder is called/,
    ],
    ["no models at all", (broken) => void broken.models.splice(0), /Known: none\./],
    [
      "two models of one name",
      (broken) => {
        broken.builtin.name = "yunet-n";
      },
      /Two models are called yunet-n/,
    ],
    [
      "four points in a template",
      (broken) => void embedderOf(broken).template.pop(),
      /models\.1\.embedder\.template: A template has 5 points/,
    ],
    [
      "a point of three numbers",
      (broken) => void embedderOf(broken).template[0]?.push(1),
      /models\.1\.embedder\.template\.0/,
    ],
    [
      "a template for another input size",
      (broken) => Object.assign(embedderOf(broken), { inputPx: 64 }),
      /The template reaches beyond the input of 64 px/,
    ],
    [
      "a template whose points coincide",
      (broken) => void embedderOf(broken).template.fill([5, 5]),
      /Two points of the template coincide/,
    ],
    [
      "thresholds out of order",
      (broken) => Object.assign(embedderOf(broken), { thresholds: { similar: 0.3, suggest: 0.5, link: 0.4 } }),
      /models\.1\.embedder\.thresholds: Thresholds out of order/,
    ],
    [
      "a threshold that is no cosine",
      (broken) => Object.assign(embedderOf(broken), { thresholds: { similar: 0.3, suggest: 0.5, link: 42 } }),
      /models\.1\.embedder\.thresholds\.link/,
    ],
    [
      "a threshold that is no number",
      (broken) => Object.assign(embedderOf(broken), { thresholds: { similar: Number.NaN, suggest: 0.5, link: 0.6 } }),
      /models\.1\.embedder\.thresholds\.similar/,
    ],
    ["a deviation of zero", (broken) => void embedderOf(broken).std.splice(0, 1, 0), /models\.1\.embedder\.std\.0/],
    [
      "more dimensions than an isolate can hold",
      (broken) => Object.assign(embedderOf(broken), { dimensions: 4096 }),
      /models\.1\.embedder\.dimensions/,
    ],
    [
      "an input no isolate has room for",
      (broken) => Object.assign(embedderOf(broken), { inputPx: 20_000 }),
      /models\.1\.embedder\.inputPx/,
    ],
    [
      "looks that do not grow",
      (broken) => Object.assign(detectorOf(broken), { longSidesPx: [640, 320] }),
      /models\.0\.detector\.longSidesPx: The looks have to be in order/,
    ],
    [
      "a detector of an unknown family",
      (broken) => Object.assign(detectorOf(broken), { family: "ssd" }),
      /models\.0\.detector\.family/,
    ],
    ["an unknown role", (broken) => Object.assign(broken.models[0] ?? {}, { role: "oracle" }), /models\.0\.role/],
    [
      "an embedder without settings",
      (broken) => Object.assign(broken.models[1] ?? {}, { embedder: undefined }),
      /models\.1\.embedder/,
    ],
    [
      "a name that would leave its folder",
      (broken) => Object.assign(broken.models[0] ?? {}, { name: "../yunet" }),
      /models\.0\.name/,
    ],
    [
      "a digest that is none",
      (broken) => Object.assign(broken.models[0] ?? {}, { sha256: "abc" }),
      /models\.0\.sha256/,
    ],
    ["another version", (broken) => Object.assign(broken, { version: 1 }), /version/],
    ["no built-in default", (broken) => Object.assign(broken, { builtin: undefined }), /builtin/],
  ];
  it.each(cases)("%s", (_, breakIt, complaint) => {
    const broken = copy();
    breakIt(broken);
    expect(complaintsAbout(broken)).toMatch(complaint);
  });
});
