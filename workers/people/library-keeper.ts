// Keeps one user's open library: opens it when it is needed, closes it when consent or model are others, and writes what a
// machine placed. Memory is never ahead of the database: whatever is in doubt is forgotten, and read again by whoever comes next.

import { mayRecognise } from "../../shared/contracts/consent.ts";
import type { PhotoId } from "../../shared/contracts/ids.ts";
import type { ModelLockfile } from "../../shared/contracts/models.ts";
import { commitPlacements, type PeopleOwner, type Placements } from "../../shared/db/people/change-statements.ts";
import { allFaceIds, facesBy, findFaceOwner } from "../../shared/db/people/index-queries.ts";
import type { PeopleDeps } from "./deps.ts";
import { type OpenLibrary, openLibrary, putRows } from "./open-library.ts";
import { placeFaces } from "./place-faces.ts";
import { recluster } from "./recluster.ts";
import { VectorIndex } from "./vector-index.ts";

export interface LibraryKeeperDeps extends Omit<PeopleDeps, "progress"> {
  readonly lockfile: ModelLockfile;
  readonly vectorsModule: WebAssembly.Module;
  readonly newId: () => string;
}

export class LibraryKeeper {
  readonly #deps: LibraryKeeperDeps;
  #opened: OpenLibrary | null = null;
  /** Counts how often everything was forgotten: what was opened before that is not kept. */
  #forgotten = 0;

  constructor(deps: LibraryKeeperDeps) {
    this.#deps = deps;
  }

  /** The library of now; null without consent. `fresh` reads it again, because memory is in doubt. */
  async open(userId: string, fresh = false): Promise<OpenLibrary | null> {
    const { db, preset } = this.#deps;
    const owner = await findFaceOwner(db, userId);
    if (owner === null || !mayRecognise(owner.consent, preset)) {
      this.forget();
      return null;
    }
    const known = this.#opened;
    const isCurrent =
      known?.userId === userId && known.owner.epoch === owner.epoch && known.owner.modelId === owner.modelId;
    if (known !== null && isCurrent && !fresh) return known;
    this.forget();
    const before = this.#forgotten;
    const opened = await openLibrary(this.#deps, userId, owner);
    if (this.#forgotten === before) this.#opened = opened;
    return opened;
  }

  forget(): void {
    this.#opened = null;
    this.#forgotten++;
  }

  ownerOf({ userId, owner }: OpenLibrary): PeopleOwner {
    return { userId, epoch: owner.epoch, preset: this.#deps.preset };
  }

  newStore({ library }: OpenLibrary): VectorIndex {
    return new VectorIndex(this.#deps.vectorsModule, library.index.dimensions);
  }

  /** Photos whose faces are new, changed or gone. @returns the slots of their faces */
  async learnPhotos(opened: OpenLibrary, photoIds: readonly PhotoId[]): Promise<number[]> {
    const { library } = opened;
    const rows = await this.#faces(opened, "photo_id", photoIds);
    const photos = new Set<string>(photoIds);
    const present = new Set(rows.map(({ id }) => id));
    for (const face of [...library.faces()])
      if (photos.has(face.photo) && !present.has(face.id)) library.removeFace(face.id);
    await putRows(library, rows, opened.open);
    return rows.flatMap(({ id }) => library.face(id)?.slot ?? []);
  }

  /** Faces that a hint was lost of. */
  async learnFaces(opened: OpenLibrary, faceIds: readonly string[]): Promise<void> {
    const missing = faceIds.filter((id) => opened.library.face(id) === null);
    if (missing.length > 0) await putRows(opened.library, await this.#faces(opened, "id", missing), opened.open);
  }

  /** Whether memory has the faces that the database has, each with a vector or without. */
  async isComplete({ library, userId, modelId, owner }: OpenLibrary): Promise<boolean> {
    let count = 0;
    for await (const rows of allFaceIds(this.#deps.db, { userId, modelId, epoch: owner.epoch })) {
      count += rows.length;
      for (const { id, hasVector } of rows) {
        const known = library.face(id);
        if (known === null || (known.slot !== null) !== (hasVector !== 0)) return false;
      }
    }
    return count === library.faceCount;
  }

  /** @returns how many faces found somebody */
  async place(opened: OpenLibrary, slots: readonly number[]): Promise<number> {
    const { newId, now } = this.#deps;
    const placements = placeFaces(opened.library, slots, newId, now());
    await this.#write(opened, placements);
    return placements.faces.length;
  }

  /** Groups everything anew. @returns how many faces moved */
  async recluster(opened: OpenLibrary): Promise<number> {
    const { newId, now } = this.#deps;
    const placements = recluster(opened.library, () => this.newStore(opened), newId, now());
    if (await this.#write(opened, placements)) opened.library.place(placements);
    return placements.faces.length;
  }

  /** Machine-made people that nothing is left of. */
  async removeEmpty(opened: OpenLibrary): Promise<void> {
    const { library } = opened;
    const survivors = new Set([...library.records()].map(({ mergedInto }) => mergedInto));
    const dissolved = library
      .people()
      .filter(
        ({ id, name, madeBy, isHidden }) =>
          name === null && madeBy === "machine" && !isHidden && !survivors.has(id) && library.sizeOf(id) === 0,
      )
      .map(({ id }) => id);
    const placements = { created: [], faces: [], dissolved };
    if (dissolved.length > 0 && (await this.#write(opened, placements))) library.place(placements);
  }

  async #faces({ userId, modelId, owner }: OpenLibrary, which: "photo_id" | "id", ids: readonly string[]) {
    return await facesBy(this.#deps.db, which, ids, { userId, modelId, epoch: owner.epoch });
  }

  async #write(opened: OpenLibrary, placements: Placements): Promise<boolean> {
    const { db, now } = this.#deps;
    try {
      const isWritten = await commitPlacements(db, this.ownerOf(opened), placements, now());
      if (!isWritten) this.forget();
      return isWritten;
    } catch (cause) {
      this.forget();
      throw cause;
    }
  }
}
