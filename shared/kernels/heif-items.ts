// The item tables of a HEIF `meta` box (ISO/IEC 14496-12 §8.11, 23008-12 §9): what lies where, and which property belongs to whom.
import { type IsoBox, walkIsoBoxes } from "./iso-boxes.ts";
import { readFourCC, readUint16BE, readUint32BE } from "./read-integers.ts";

export interface HeifItems {
  readonly primaryId: number;
  /** Coding by item id: hvc1, av01, jpeg, grid, Exif, … */
  readonly types: ReadonlyMap<number, string>;
  /** Properties by item id, in the order in which they apply. */
  readonly properties: ReadonlyMap<number, readonly IsoBox[]>;
  /** Ids of thumbnails of the primary item. */
  readonly thumbnailIds: readonly number[];
  /** Place of items that lie in one piece in the file (construction method 0). */
  readonly places: ReadonlyMap<number, { readonly start: number; readonly end: number }>;
}

/** Items and associations read at most; a 48 MP grid has under a hundred. */
const MAX_ITEMS = 4096;

/** @returns null when the box names no primary item. Everything read lies inside `meta`, which the caller has in full. */
export function readHeifItems(bytes: Uint8Array, meta: IsoBox): HeifItems | null {
  const end = Math.min(meta.bodyEnd, bytes.length);
  let primaryId: number | null = null;
  const types = new Map<number, string>();
  const properties = new Map<number, IsoBox[]>();
  const places = new Map<number, { start: number; end: number }>();
  const thumbnails: { id: number; ofId: number }[] = [];
  // `meta` is a full box: version and flags precede its children.
  for (const box of walkIsoBoxes(bytes, meta.bodyStart + 4, end)) {
    const body = new Cursor(bytes, box.bodyStart, Math.min(box.bodyEnd, end));
    if (box.type === "pitm") primaryId ??= body.version() === 0 ? body.uint16() : body.uint32();
    else if (box.type === "iinf") readItemTypes(bytes, body, types);
    else if (box.type === "iloc") readPlaces(body, places);
    else if (box.type === "iref") readThumbnails(bytes, box, end, thumbnails);
    else if (box.type === "iprp") readProperties(bytes, box, end, properties);
  }
  if (primaryId === null || Number.isNaN(primaryId)) return null;
  const thumbnailIds = thumbnails.filter((thumbnail) => thumbnail.ofId === primaryId).map((thumbnail) => thumbnail.id);
  return { primaryId, types, properties, thumbnailIds, places };
}

/** Reads integers forward and answers NaN, never a stranger's bytes, behind its end. */
class Cursor {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  pos: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#end = end;
    this.pos = start;
  }

  get isDone(): boolean {
    return this.pos >= this.#end;
  }

  uint8(): number {
    return this.#take(1) ? this.#bytes[this.pos - 1] : Number.NaN;
  }

  uint16(): number {
    return this.#take(2) ? readUint16BE(this.#bytes, this.pos - 2) : Number.NaN;
  }

  uint32(): number {
    return this.#take(4) ? readUint32BE(this.#bytes, this.pos - 4) : Number.NaN;
  }

  /** An integer of 0, 4 or 8 bytes, as iloc declares them. */
  sized(sizeBytes: number): number {
    if (sizeBytes === 0) return 0;
    return sizeBytes === 4 ? this.uint32() : this.uint32() * 2 ** 32 + this.uint32();
  }

  /** The version of a full box; skips its flags. */
  version(): number {
    const word = this.uint32();
    return word >>> 24;
  }

  #take(count: number): boolean {
    this.pos += count;
    return this.pos <= this.#end;
  }
}

function readItemTypes(bytes: Uint8Array, body: Cursor, types: Map<number, string>): void {
  const version = body.version();
  const count = version === 0 ? body.uint16() : body.uint32();
  if (Number.isNaN(count)) return;
  for (const entry of walkIsoBoxes(bytes, body.pos, Math.min(bytes.length, body.pos + MAX_ITEMS * 64))) {
    if (entry.type !== "infe" || types.size >= MAX_ITEMS || types.size >= count) return;
    const info = new Cursor(bytes, entry.bodyStart, Math.min(entry.bodyEnd, bytes.length));
    const entryVersion = info.version();
    const id = entryVersion === 3 ? info.uint32() : info.uint16();
    info.uint16(); // protection index
    if (entryVersion >= 2 && info.pos + 4 <= Math.min(entry.bodyEnd, bytes.length)) {
      types.set(id, readFourCC(bytes, info.pos));
    }
  }
}

function readPlaces(body: Cursor, places: Map<number, { start: number; end: number }>): void {
  const version = body.version();
  const sizes = body.uint16();
  const offsetBytes = (sizes >> 12) & 15;
  const lengthBytes = (sizes >> 8) & 15;
  const baseBytes = (sizes >> 4) & 15;
  const indexBytes = version === 0 ? 0 : sizes & 15;
  if (![offsetBytes, lengthBytes, baseBytes, indexBytes].every((size) => size === 0 || size === 4 || size === 8))
    return;
  const count = version < 2 ? body.uint16() : body.uint32();
  for (let i = 0; i < Math.min(count, MAX_ITEMS) && !body.isDone; i++) {
    const id = version < 2 ? body.uint16() : body.uint32();
    const method = version === 0 ? 0 : body.uint16() & 15;
    const reference = body.uint16();
    const base = body.sized(baseBytes);
    const extents = body.uint16();
    for (let extent = 0; extent < extents && !body.isDone; extent++) {
      body.sized(indexBytes);
      const start = base + body.sized(offsetBytes);
      const end = start + body.sized(lengthBytes);
      // A piece in another file, in `idat` or in several parts is none we need.
      if (extents === 1 && method === 0 && reference === 0 && end > start) places.set(id, { start, end });
    }
  }
}

function readThumbnails(bytes: Uint8Array, iref: IsoBox, end: number, out: { id: number; ofId: number }[]): void {
  const isWide = bytes[iref.bodyStart] !== 0;
  for (const box of walkIsoBoxes(bytes, iref.bodyStart + 4, Math.min(iref.bodyEnd, end))) {
    if (box.type !== "thmb") continue;
    const body = new Cursor(bytes, box.bodyStart, Math.min(box.bodyEnd, end));
    const readId = () => (isWide ? body.uint32() : body.uint16());
    const id = readId();
    const count = body.uint16();
    for (let i = 0; i < count && !body.isDone && out.length < MAX_ITEMS; i++) out.push({ id, ofId: readId() });
  }
}

function readProperties(bytes: Uint8Array, iprp: IsoBox, end: number, out: Map<number, IsoBox[]>): void {
  const children = [...walkIsoBoxes(bytes, iprp.bodyStart, Math.min(iprp.bodyEnd, end))];
  const container = children.find((box) => box.type === "ipco");
  if (container === undefined) return;
  const all = [...walkIsoBoxes(bytes, container.bodyStart, Math.min(container.bodyEnd, end))];
  for (const box of children.filter((child) => child.type === "ipma")) {
    const body = new Cursor(bytes, box.bodyStart, Math.min(box.bodyEnd, end));
    const word = body.uint32();
    const isWideId = word >>> 24 >= 1;
    const isWideIndex = (word & 1) === 1;
    const count = Math.min(body.uint32(), MAX_ITEMS);
    for (let i = 0; i < count && !body.isDone; i++) {
      const id = isWideId ? body.uint32() : body.uint16();
      const associations = body.uint8();
      const list = out.get(id) ?? [];
      for (let j = 0; j < associations && !body.isDone; j++) {
        // The top bit says "essential"; indices count from 1, 0 means none.
        const index = isWideIndex ? body.uint16() & 0x7fff : body.uint8() & 0x7f;
        const property = all[index - 1];
        if (property !== undefined) list.push(property);
      }
      out.set(id, list);
    }
  }
}
