// Reads changed photos again in small bundles: a few at a time by id, whole pages when a flood comes.
import { PAGE_MAX_ITEMS } from "../../../../shared/contracts/limits.ts";
import type { Photo } from "../../../../shared/contracts/photos.ts";
import { ApiError, photos as api } from "../../api.ts";
import type { PhotoChange } from "../../progress-state.ts";
import type { GalleryModel } from "./gallery-model.ts";

const GATHER_MS = 250;
const READS_AT_ONCE = 4;
/** More waiting ids than this, and the newest pages are the shorter way. */
const FLOOD = 24;

export class ChangeFollower {
  readonly #model: GalleryModel;
  readonly #waiting = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isReading = false;

  constructor(model: GalleryModel) {
    this.#model = model;
  }

  changed(changes: readonly PhotoChange[]): void {
    this.#want(this.#model.note(changes));
  }

  /** Changes may have been missed: the top again, and everything that was still on its way. */
  async missed(): Promise<void> {
    await this.#model.refreshTop(1);
    this.#want(this.#model.unsettled());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #want(ids: readonly string[]): void {
    for (const id of ids) this.#waiting.add(id);
    if (this.#waiting.size > 0 && !this.#isReading) this.#timer ??= setTimeout(() => void this.#read(), GATHER_MS);
  }

  async #read(): Promise<void> {
    this.#timer = undefined;
    this.#isReading = true;
    const ids = [...this.#waiting];
    this.#waiting.clear();
    try {
      if (ids.length > FLOOD) {
        await this.#model.refreshTop(Math.min(10, Math.ceil(ids.length / PAGE_MAX_ITEMS) + 1));
      } else {
        for (let at = 0; at < ids.length; at += READS_AT_ONCE) {
          const found = await Promise.all(ids.slice(at, at + READS_AT_ONCE).map((id) => this.#one(id)));
          this.#model.put(found.filter((photo) => photo !== null));
        }
      }
    } finally {
      this.#isReading = false;
      this.#want([]);
    }
  }

  async #one(id: string): Promise<Photo | null> {
    try {
      const photo = await api.get(id);
      if (photo.deletedAt !== null) this.#model.remove(id);
      return photo.deletedAt === null ? photo : null;
    } catch (error) {
      if (error instanceof ApiError && (error.status === 404 || error.status === 410)) this.#model.remove(id);
      return null;
    }
  }
}
