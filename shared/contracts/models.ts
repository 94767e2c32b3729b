// Models as the lockfile pins them: the weights, how they are fed, and which numbers are to be believed of them. Nothing about a
// model is known anywhere else. Weights are never in the repository: they are resolved, verified and stored in R2.
import { z } from "zod";
import { Sha256Hex } from "./ids.ts";

/** Numbers a vector may have: the largest of the published recognisers have 1024, and 20,000 of them as bytes fit an isolate. */
const DIMENSIONS_MAX = 1024;
/** Pixels of a network's input: 1024² floats are 12 MB, as much as an isolate can spare. */
const INPUT_MAX_PX = 1024;
/** Points of an alignment template: right eye, left eye, nose tip, right and left mouth corner, as seen by the viewer. */
const TEMPLATE_POINTS = 5;

/** Part of object keys and of every vector's model id. */
const ModelName = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/);
const Fraction = z.number().min(0).max(1);
const Cosine = z.number().min(-1).max(1);
const Colours = z.tuple([z.number(), z.number(), z.number()]);
const PositiveColours = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const Point = z.tuple([z.number(), z.number()]);

const pinnedFile = {
  name: ModelName,
  file: z.string().min(1),
  bytes: z.int().min(1),
  sha256: Sha256Hex,
  /** Pinned to a commit, so the same lockfile always means the same bytes. */
  url: z.url(),
  licence: z.string().min(1),
  source: z.string(),
  trainingData: z.string(),
};

/** How a face detector is used. All sizes in pixels; scores 0–1. */
export const DetectorSettings = z
  .object({
    /** How its outputs are read: YuNet's three heads (shared/kernels/face-detect-decode.ts). Another family needs a reader of its own. */
    family: z.literal("yunet"),
    /** Longer sides of the looks taken, smallest first: the next is taken when it can pay. */
    longSidesPx: z.array(z.int().min(32).max(INPUT_MAX_PX)).min(1).max(4),
    /** The network's sides have to be multiples of this. */
    multiplePx: z.int().min(1).max(128),
    /** A guess below this is not even looked at again. */
    proposalScore: Fraction,
    /** From here a guess is a face if a closer look confirms it. */
    scoreThreshold: Fraction,
    /** From here a guess is a face, and upright, without another look. */
    certainScore: Fraction,
    /** The closer look that a guess below certainScore gets. */
    closeUp: z.object({
      /** Side of the square that is looked at; a multiple of multiplePx. */
      sidePx: z.int().min(32).max(INPUT_MAX_PX),
      /** Side of the square in the photo, in sizes of the guess. */
      surroundings: z.number().min(1).max(4),
      /** It is never enlarged by more: what is blurred is not seen better. */
      maxEnlargement: z.number().min(1),
      /** A guess of scoreThreshold is a face from this score on. */
      scoreThreshold: Fraction,
      /** A weaker guess, or one that is upright only when turned, from this. */
      scoreThresholdAlone: Fraction,
    }),
    /** Two boxes that overlap by more (intersection over union) are the same face. */
    nmsOverlap: Fraction,
    /** The next look is taken unless a face's shorter side reaches this many pixels of the look before it. */
    smallFacePx: z.number().min(0),
  })
  .refine(({ longSidesPx }) => longSidesPx.every((side, i) => i === 0 || side > (longSidesPx[i - 1] ?? 0)), {
    path: ["longSidesPx"],
    error: "The looks have to be in order, each larger than the one before.",
  })
  .refine(
    ({ proposalScore, scoreThreshold, certainScore, closeUp }) =>
      proposalScore <= scoreThreshold &&
      scoreThreshold <= certainScore &&
      closeUp.scoreThreshold <= closeUp.scoreThresholdAlone,
    { error: "Scores out of order: expecting proposal ≤ threshold ≤ certain, and close up threshold ≤ alone." },
  )
  .refine(({ closeUp, multiplePx }) => closeUp.sidePx % multiplePx === 0, {
    path: ["closeUp", "sidePx"],
    error: "The network takes multiples of multiplePx only.",
  });
export type DetectorSettings = z.infer<typeof DetectorSettings>;

/** Cosines of two vectors of one model. */
export const SimilarityThresholds = z
  .object({
    /** From here a face is listed among "similar faces". */
    similar: Cosine,
    /** From here a person is asked: is this the same one? */
    suggest: Cosine,
    /** From here faces are put together without asking. */
    link: Cosine,
  })
  .refine(({ similar, suggest, link }) => similar <= suggest && suggest <= link, {
    error: "Thresholds out of order: expecting similar ≤ suggest ≤ link.",
  });
export type SimilarityThresholds = z.infer<typeof SimilarityThresholds>;

/** How a face embedder is fed and how far its vectors can be believed. Its input is 1 × 3 × inputPx × inputPx, its first output the vector. */
export const EmbedderSettings = z
  .object({
    inputPx: z.int().min(16).max(INPUT_MAX_PX),
    channelOrder: z.enum(["rgb", "bgr"]),
    /** A byte becomes (byte − mean) / std, by channel in `channelOrder`; bytes are 0–255. */
    mean: Colours,
    std: PositiveColours,
    /** Where the five landmarks lie in the input (px). */
    template: z
      .array(Point)
      .length(TEMPLATE_POINTS, `A template has ${TEMPLATE_POINTS} points: two eyes, the nose, two mouth corners.`),
    dimensions: z.int().min(8).max(DIMENSIONS_MAX),
    thresholds: SimilarityThresholds,
    /** Faces of a lower quality (shared/kernels/face-quality.ts) keep their box, but take no part in grouping and suggestions. */
    minQuality: Fraction,
    /** What the thresholds and the floor were measured on. */
    measuredOn: z.string().min(1),
  })
  .superRefine(({ template, inputPx }, context) => {
    const isInside = template.every((point) => point.every((at) => at >= 0 && at <= inputPx));
    if (!isInside) context.addIssue(`The template reaches beyond the input of ${inputPx} px.`);
    if (new Set(template.map(String)).size !== template.length)
      context.addIssue("Two points of the template coincide; no face can be aligned to it.");
  });
export type EmbedderSettings = z.infer<typeof EmbedderSettings>;

export const DetectorRecord = z.object({ ...pinnedFile, role: z.literal("face-detector"), detector: DetectorSettings });
export type DetectorRecord = z.infer<typeof DetectorRecord>;

export const EmbedderRecord = z.object({ ...pinnedFile, role: z.literal("face-embedder"), embedder: EmbedderSettings });
export type EmbedderRecord = z.infer<typeof EmbedderRecord>;

export const ModelRecord = z.discriminatedUnion("role", [DetectorRecord, EmbedderRecord]);
export type ModelRecord = z.infer<typeof ModelRecord>;

/** What serves while no weights are installed. It is code, so it has no address; it recognises nobody, so it can suggest nobody. */
export const BuiltinRecord = z.object({
  builtin: z.literal(true),
  name: ModelName,
  /** Of what it answers for a fixed picture: other vectors have another digest, and with it another id. */
  sha256: Sha256Hex,
  licence: z.string().min(1),
  dimensions: z.int().min(8).max(DIMENSIONS_MAX),
  thresholds: z.object({ similar: Cosine }),
  measuredOn: z.string().min(1),
});
export type BuiltinRecord = z.infer<typeof BuiltinRecord>;

/** Every model that may be used, the two that are, and the one that needs no weights. */
export const ModelLockfile = z
  .object({
    version: z.literal(2),
    /** Names of the models in use. The others may be switched to. */
    active: z.object({ detector: z.string(), embedder: z.string() }),
    models: z.array(ModelRecord),
    builtin: BuiltinRecord,
  })
  .superRefine(({ active, models, builtin }, context) => {
    const names = [builtin.name, ...models.map(({ name }) => name)];
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) context.addIssue(`Two models are called ${twice}.`);
    for (const [key, role] of [
      ["detector", "face-detector"],
      ["embedder", "face-embedder"],
    ] as const) {
      if (models.some((model) => model.role === role && model.name === active[key])) continue;
      const known = models.filter((model) => model.role === role).map(({ name }) => name);
      const message = `No ${role} is called ${active[key]}. Known: ${known.join(", ") || "none"}.`;
      context.addIssue({ code: "custom", path: ["active", key], message });
    }
  });
export type ModelLockfile = z.infer<typeof ModelLockfile>;

/** Vectors of different model ids are never compared. A record whose preprocessing or template changes needs a new name. */
export function modelId(record: Pick<ModelRecord | BuiltinRecord, "name" | "sha256">): string {
  return `${record.name}-${record.sha256.slice(0, 12)}`;
}

/** The detector and the embedder in use: what has to be installed before anybody is recognised. */
export function activeModels({ active, models }: ModelLockfile): {
  readonly detector: DetectorRecord;
  readonly embedder: EmbedderRecord;
} {
  const detector = models.find((model) => model.role === "face-detector" && model.name === active.detector);
  const embedder = models.find((model) => model.role === "face-embedder" && model.name === active.embedder);
  if (detector?.role !== "face-detector" || embedder?.role !== "face-embedder")
    throw new Error(`The lockfile lacks the models it calls active: ${active.detector}, ${active.embedder}.`);
  return { detector, embedder };
}

/** The embedder that made vectors of this id; null for the built-in one and for models this install does not know (any more). */
export function findEmbedder({ models }: ModelLockfile, id: string): EmbedderRecord | null {
  const found = models.find((model) => model.role === "face-embedder" && modelId(model) === id);
  return found?.role === "face-embedder" ? found : null;
}
