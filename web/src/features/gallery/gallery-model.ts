// The photos of the library as the gallery holds them: a loaded prefix, newest first, and the shapes of the rest.
import { PAGE_MAX_ITEMS } from "../../../../shared/contracts/limits.ts";
import type { Photo, PhotoPage } from "../../../../shared/contracts/photos.ts";
import { photos as api } from "../../api.ts";
import type { PhotoChange } from "../../progress-state.ts";
import { RATIO_UNKNOWN } from "./justify-rows.ts";

export interface GalleryView {
  readonly photos: readonly Photo[];
  /** Ratios × 1000 of photos not loaded yet, in order. */
  readonly tail: Uint16Array;
  readonly state: "loading" | "ready" | "failed";
  readonly error: unknown;
  readonly version: number;
}

const NONE = new Uint16Array(0);

/** Which photos of the library are meant; none given: all of them. */
export interface GalleryFilter {
  /** Ids of people, comma-separated. */
  readonly person?: string;
  readonly match?: "all" | "any";
}

/** Newest first, as the server lists: by creation, then id. */
export function isBefore(a: Photo, b: Photo): boolean {
  return a.createdAt === b.createdAt ? a.id > b.id : a.createdAt > b.createdAt;
}

export class GalleryModel {
  view: GalleryView = { photos: [], tail: NONE, state: "loading", error: null, version: 0 };
  readonly #filter: GalleryFilter;
  readonly #isFiltered: boolean;
  readonly #listeners = new Set<() => void>();
  readonly #byId = new Map<string, Photo>();
  /** Deleted here a moment ago: a page read before must not bring them back. */
  readonly #removed = new Set<string>();
  #cursor: string | null = null;
  #loading: Promise<void> | null = null;

  constructor(filter: GalleryFilter = {}) {
    this.#filter = filter;
    this.#isFiltered = filter.person !== undefined;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get = (): GalleryView => this.view;

  find(id: string): Photo | undefined {
    return this.#byId.get(id);
  }

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  /** The first page and the shapes of everything; also for coming back later. */
  async open(): Promise<void> {
    // Of a part of the library, also what no longer belongs to it has to go.
    if (this.view.state === "ready") return this.#isFiltered ? this.reload() : this.refreshTop(1);
    this.#set({ state: "loading", error: null });
    try {
      const [page, layout] = await Promise.all([this.#page(null), this.#layout()]);
      this.#cursor = page.cursor;
      this.#merge(page.items);
      const tail = page.cursor === null ? NONE : layout.subarray(Math.min(layout.length, page.items.length));
      this.#set({ state: "ready", tail });
    } catch (error) {
      this.#set({ state: "failed", error });
    }
  }

  #page(cursor: string | null): Promise<PhotoPage> {
    return api.list({ ...this.#filter, limit: PAGE_MAX_ITEMS, cursor });
  }

  /** The shapes of a part of the library are not to be had in advance: it grows as it is read. */
  async #layout(): Promise<Uint16Array> {
    return this.#isFiltered ? NONE : api.layout().catch(() => NONE);
  }

  /** As much as was read, read anew and in place of it: who is in which photo has changed. */
  async reload(): Promise<void> {
    if (this.view.state !== "ready") return this.open();
    const wanted = Math.max(1, this.view.photos.length);
    const fresh: Photo[] = [];
    let cursor: string | null = null;
    try {
      do {
        const page: PhotoPage = await this.#page(cursor);
        fresh.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== null && fresh.length < wanted);
    } catch (error) {
      return this.#set({ error });
    }
    this.#cursor = cursor;
    this.#byId.clear();
    this.view = { ...this.view, photos: [] };
    this.#merge(fresh);
    this.#set({ error: null });
  }

  /** Shows nothing until it is opened again. */
  forget(): void {
    this.#cursor = null;
    this.#byId.clear();
    this.#set({ photos: [], tail: NONE, state: "loading", error: null });
  }

  /** Reads on until `count` photos are loaded. */
  async loadUpTo(count: number): Promise<void> {
    if (this.#loading) return this.#loading;
    this.#loading = this.#readOn(count).finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #readOn(count: number): Promise<void> {
    while (this.#cursor !== null && this.view.photos.length < count) {
      try {
        const page = await this.#page(this.#cursor);
        this.#cursor = page.cursor;
        this.#merge(page.items);
        this.#set({ tail: page.cursor === null ? NONE : this.view.tail.subarray(page.items.length) });
      } catch (error) {
        this.#set({ error });
        return;
      }
    }
  }

  /** The newest pages again, after changes may have been missed. Deeper pages keep what they have. */
  async refreshTop(pages: number): Promise<void> {
    let cursor: string | null = null;
    for (let page = 0; page < pages; page += 1) {
      try {
        const answer = await this.#page(cursor);
        this.#merge(answer.items);
        this.#set({ error: null, ...(answer.cursor === null ? { tail: NONE } : {}) });
        cursor = answer.cursor;
        if (cursor === null) return;
      } catch (error) {
        this.#set({ error });
        return;
      }
    }
  }

  /** New or newer photos go to their place; older revisions than held are old news. */
  put(list: readonly Photo[]): void {
    // Whether an unknown photo belongs to a part of the library, only the server can say.
    const own = this.#isFiltered ? list.filter(({ id }) => this.#byId.has(id) || this.#removed.has(id)) : list;
    this.#put(own);
  }

  #put(list: readonly Photo[]): void {
    for (const photo of list) if (photo.deletedAt === null) this.#removed.delete(photo.id);
    this.#merge(list);
    this.#set({});
  }

  remove(id: string): void {
    this.#removed.add(id);
    this.#byId.delete(id);
    this.#set({ photos: this.view.photos.filter((photo) => photo.id !== id) });
  }

  /** Notes the new state of photos held, and answers which photos are worth reading again. */
  note(changes: readonly PhotoChange[]): string[] {
    const worth: string[] = [];
    let hasNews = false;
    for (const { id, status, rev } of changes) {
      const held = this.#byId.get(id);
      if ((held && held.rev >= rev) || this.#removed.has(id) || (!held && this.#isFiltered)) continue;
      // Before its thumbnail there is nothing to see of a photo we do not hold.
      if (status !== "uploading" && (held || status !== "processing")) worth.push(id);
      if (held && held.status !== status) {
        this.#byId.set(id, { ...held, status });
        hasNews = true;
      }
    }
    if (hasNews) this.#set({ photos: this.view.photos.map((photo) => this.#byId.get(photo.id) ?? photo) });
    return worth;
  }

  unsettled(): string[] {
    return this.view.photos
      .filter(({ status }) => status === "processing" || status === "indexing")
      .map(({ id }) => id);
  }

  #merge(list: readonly Photo[]): void {
    const fresh: Photo[] = [];
    let isChanged = false;
    for (const photo of list) {
      // An announced photo without bytes is not a photo yet.
      if (photo.status === "uploading" || photo.deletedAt !== null || this.#removed.has(photo.id)) continue;
      const held = this.#byId.get(photo.id);
      if (held && held.rev > photo.rev) continue;
      this.#byId.set(photo.id, photo);
      if (held) isChanged = true;
      else fresh.push(photo);
    }
    if (!isChanged && fresh.length === 0) return;
    const kept = isChanged ? this.view.photos.map((photo) => this.#byId.get(photo.id) ?? photo) : this.view.photos;
    this.view = { ...this.view, photos: fresh.length === 0 ? kept : weave(kept, fresh) };
  }

  #set(change: Partial<GalleryView>): void {
    this.view = { ...this.view, ...change, version: this.view.version + 1 };
    for (const listener of this.#listeners) listener();
  }
}

/** Merges two lists into one, newest first. The held one is sorted already; the fresh one is small. */
function weave(held: readonly Photo[], fresh: Photo[]): Photo[] {
  fresh.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const woven: Photo[] = [];
  let at = 0;
  for (const photo of held) {
    for (let next = fresh[at]; next && isBefore(next, photo); next = fresh[at]) {
      woven.push(next);
      at += 1;
    }
    woven.push(photo);
  }
  return woven.concat(fresh.slice(at));
}

/** The shapes of everything, loaded and not. */
export function ratiosOf({ photos, tail }: GalleryView): Uint16Array {
  const ratios = new Uint16Array(photos.length + tail.length);
  photos.forEach(({ width, height }, at) => {
    ratios[at] = width && height ? Math.max(1, Math.min(65_535, Math.round((width / height) * 1000))) : RATIO_UNKNOWN;
  });
  ratios.set(tail, photos.length);
  return ratios;
}
