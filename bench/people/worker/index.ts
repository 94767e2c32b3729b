// Groups made-up faces as the people index does. Never deployed: it keeps a library in memory, so that only the grouping is timed.

import lockfile from "../../../models/lockfile.json";
import { activeModels, ModelLockfile } from "../../../shared/contracts/models.ts";
import vectorsModule from "../../../shared/kernels/vectors/vectors.wasm";
import { type MadeUpFaces, madeUpFaces } from "../../../tests/fixtures/made-up-faces.ts";
import { PeopleLibrary } from "../../../workers/people/people-library.ts";
import { placeFaces } from "../../../workers/people/place-faces.ts";
import { recluster } from "../../../workers/people/recluster.ts";
import { VectorIndex } from "../../../workers/people/vector-index.ts";
import { pairwiseAgreement } from "../../face-accuracy/grouping.ts";
import type { LibraryRequest, WorkAnswer, WorkRequest } from "./people-work.ts";

const { dimensions, thresholds, minQuality } = activeModels(ModelLockfile.parse(lockfile)).embedder.embedder;
const rules = { thresholds, similar: thresholds.similar, minQuality };

let made: MadeUpFaces | null = null;
let library: PeopleLibrary | null = null;
let nextId = 0;
const newId = () => `person ${nextId++}`;

// biome-ignore lint/style/noDefaultExport: the entry of a Worker.
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/library") {
      const { faces, identities, seed } = (await request.json()) as LibraryRequest;
      made = madeUpFaces({ faces, identities, seed, dimensions });
      library = null;
      return new Response();
    }
    if (made === null) return new Response("no library", { status: 409 });
    const { work, times } = (await request.json()) as WorkRequest;
    if (work === "take") library = take(made);
    if (library === null) return new Response("take the library first", { status: 409 });
    if (work === "regroup")
      library.place(recluster(library, () => new VectorIndex(vectorsModule, dimensions), newId, 1));
    if (work === "face") for (let n = 0; n < times; n++) takeOne(library, made, n);
    return Response.json(answerOf(library, made));
  },
};

/** Photo by photo, as an upload brings them. */
function take({ vectors, photoIds, qualities }: MadeUpFaces): PeopleLibrary {
  const taken = new PeopleLibrary(new VectorIndex(vectorsModule, dimensions), rules);
  for (let start = 0; start < vectors.length; ) {
    const photo = photoIds[start] ?? "";
    const slots: number[] = [];
    for (; photoIds[start] === photo && start < vectors.length; start++) {
      put(taken, `face ${start}`, photo, qualities[start] ?? 0, vectors[start]);
      slots.push(taken.face(`face ${start}`)?.slot ?? 0);
    }
    placeFaces(taken, slots, newId, 1);
  }
  return taken;
}

/** A new face comes and goes, so that the library stays what it was. */
function takeOne(taken: PeopleLibrary, { vectors, qualities }: MadeUpFaces, n: number): void {
  const like = (n * 7919) % vectors.length;
  put(taken, "new face", "new photo", qualities[like] ?? 0, vectors[like]);
  placeFaces(taken, [taken.face("new face")?.slot ?? 0], newId, 1);
  taken.removeFace("new face");
}

function put(taken: PeopleLibrary, id: string, photo: string, quality: number, vector: Float32Array | undefined): void {
  taken.putFace({ id, photo, quality, person: null, by: null, dismissed: false }, vector ?? null);
}

function answerOf(taken: PeopleLibrary, { vectors, identities }: MadeUpFaces): WorkAnswer {
  const people = vectors.map((_, i) => taken.face(`face ${i}`)?.person ?? null);
  const { precision01, recall01 } = pairwiseAgreement(
    identities.map(String),
    people.map((person, i) => person ?? `nobody ${i}`),
  );
  return {
    people: new Set(people.filter((person) => person !== null)).size,
    ofNobody: people.filter((person) => person === null).length,
    precision01,
    recall01,
    memoryBytes: taken.index.memoryBytes,
  };
}
