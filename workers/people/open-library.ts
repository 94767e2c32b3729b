// Reads a user's library from D1 and opens its vectors with the user's key, page by page. What does not open is left out and said.
import type { FaceVault } from "../../shared/adapters/face-vault.ts";
import { errorText, log } from "../../shared/adapters/log.ts";
import { findEmbedder, type ModelLockfile } from "../../shared/contracts/models.ts";
import {
  allExclusions,
  allPeople,
  allSeparations,
  type FaceOwner,
  facesWithoutVectors,
  facesWithVectors,
  type IndexedFaceRow,
} from "../../shared/db/people/index-queries.ts";
import { l2Normalise } from "../../shared/kernels/vector.ts";
import { type LibraryRules, PeopleLibrary } from "./people-library.ts";
import { VectorIndex } from "./vector-index.ts";

export interface OpenLibraryDeps {
  readonly db: D1Database;
  /** Null when the user has no key: then nothing was ever sealed. */
  readonly openVault: (owner: { userId: string; epoch: number }) => Promise<FaceVault | null>;
  readonly lockfile: ModelLockfile;
  readonly vectorsModule: WebAssembly.Module;
}

/** Rules under which nobody is grouped: of models that recognise nobody. */
const UNCOMPARABLE: LibraryRules = { thresholds: { suggest: 2, link: 2 }, similar: 2, minQuality: 1 };
/** Numbers of a vector where there are none to come. */
const NO_DIMENSIONS = 8;

/** A user's library as it was opened: valid for this epoch and this model. */
export interface OpenLibrary {
  readonly library: PeopleLibrary;
  readonly owner: FaceOwner;
  readonly userId: string;
  /** Of the vectors; null where the model recognises nobody. */
  readonly modelId: string | null;
  readonly open: (row: IndexedFaceRow) => Promise<Float32Array | null>;
}

export async function openLibrary(deps: OpenLibraryDeps, userId: string, owner: FaceOwner): Promise<OpenLibrary> {
  const embedder = owner.modelId === null ? null : findEmbedder(deps.lockfile, owner.modelId);
  const settings = embedder?.embedder;
  const modelId = embedder === null ? null : owner.modelId;
  const library = new PeopleLibrary(
    new VectorIndex(deps.vectorsModule, settings?.dimensions ?? NO_DIMENSIONS),
    settings === undefined
      ? UNCOMPARABLE
      : { thresholds: settings.thresholds, similar: settings.thresholds.similar, minQuality: settings.minQuality },
  );
  const vault = await deps.openVault({ userId, epoch: owner.epoch });
  const open = opener(vault, modelId);
  for (const person of await allPeople(deps.db, userId)) library.putPerson(person);
  for (const { a, b } of await allSeparations(deps.db, userId)) library.separate(a, b);
  if (modelId !== null)
    for await (const rows of facesWithVectors(deps.db, { userId, modelId, epoch: owner.epoch }))
      await putRows(library, rows, open);
  await putRows(library, await facesWithoutVectors(deps.db, { userId, modelId, epoch: owner.epoch }), open);
  for (const { face, person } of await allExclusions(deps.db, userId)) library.exclude(face, person);
  return { library, owner, userId, modelId, open };
}

export async function putRows(
  library: PeopleLibrary,
  rows: readonly IndexedFaceRow[],
  open: OpenLibrary["open"],
): Promise<void> {
  const vectors = await Promise.all(rows.map(open));
  for (const [i, row] of rows.entries())
    library.putFace(
      {
        id: row.id,
        photo: row.photoId,
        quality: row.quality,
        person: row.person,
        by: row.by,
        dismissed: row.dismissed !== 0,
      },
      vectors[i] ?? null,
    );
}

function opener(vault: FaceVault | null, modelId: string | null): OpenLibrary["open"] {
  return async ({ id, sealed }) => {
    if (sealed === null || vault === null || modelId === null) return null;
    try {
      return l2Normalise(await vault.open({ faceId: id, modelId }, sealed));
    } catch (cause) {
      log("error", "face-vector-does-not-open", { face: id, cause: errorText(cause) });
      return null;
    }
  };
}
