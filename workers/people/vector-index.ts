// The vectors of one library in wasm memory: added, removed and searched exactly. Knows slots only; whose they are is the caller's.
import type { Hits, VectorStore } from "../../shared/kernels/neighbours.ts";
import { addQuantised, dotQuantised, quantise, SCALE_UNIT } from "../../shared/kernels/quantised-vector.ts";

/** What shared/kernels/vectors exports. */
interface VectorModule {
  readonly memory: WebAssembly.Memory;
  reserve(dimensions: number, rows: number): number;
  rowBytes(): number;
  rowAt(slot: number): number;
  scaleAt(slot: number): number;
  queryAt(query: number): number;
  queryScaleAt(query: number): number;
  queryFromRow(query: number, slot: number): void;
  beginSearch(): void;
  searchOne(from: number, to: number, keep: number, minimum: number): void;
  searchFour(from: number, to: number, keep: number, minimum: number): void;
  hitCount(query: number): number;
  hitsAt(query: number): number;
}

/** Queries the module compares at once. */
const QUERIES = 4;
/** Rows of room that are added at least, so that single faces do not move the memory. */
const GROWTH_ROWS = 512;

/** No memory for another vector: the library is larger than one object holds. */
export class VectorIndexFull extends Error {
  override readonly name = "VectorIndexFull";
}

export class VectorIndex implements VectorStore {
  readonly dimensions: number;
  readonly #wasm: VectorModule;
  #views: { readonly bytes: Int8Array; readonly words: Uint16Array } | null = null;
  readonly #free: number[] = [];
  #size = 0;
  #capacity = 0;

  /** @param dimensions numbers of a vector, at most 1,024 */
  constructor(module: WebAssembly.Module, dimensions: number) {
    this.dimensions = dimensions;
    const instance = new WebAssembly.Instance(module, { env: { abort: () => {} } });
    this.#wasm = instance.exports as unknown as VectorModule;
    this.reserve(GROWTH_ROWS);
  }

  /** Slots in use, free ones below the last included. */
  get size(): number {
    return this.#size;
  }

  get memoryBytes(): number {
    return this.#wasm.memory.buffer.byteLength;
  }

  /** @throws VectorIndexFull */
  reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    if (this.#wasm.reserve(this.dimensions, rows) === 0)
      throw new VectorIndexFull(`no memory for ${rows} vectors of ${this.dimensions} numbers`);
    this.#capacity = rows;
  }

  /**
   * @param vector of length 1
   * @returns its slot, which may be one that was removed before
   */
  add(vector: Float32Array): number {
    this.#check(vector);
    const slot = this.#free.pop() ?? this.#size;
    if (slot === this.#capacity) this.reserve(this.#capacity + Math.max(GROWTH_ROWS, this.#capacity >> 4));
    this.#write(slot, vector);
    this.#size = Math.max(this.#size, slot + 1);
    return slot;
  }

  replace(slot: number, vector: Float32Array): void {
    this.#check(vector);
    this.#write(slot, vector);
  }

  /** Overwrites a vector with zeros, which nothing is like; another may take its slot. */
  remove(slot: number): void {
    this.#codes(slot).fill(0);
    this.#setScale(slot, 0);
    this.#free.push(slot);
  }

  nearest(slots: readonly number[], keep: number, minimum: number): readonly Hits[] {
    const found: Hits[] = [];
    // One more than asked for: the best hit of a slot is the slot itself.
    for (let start = 0; start < slots.length; start += QUERIES) {
      const four = slots.slice(start, start + QUERIES);
      for (let query = 0; query < QUERIES; query++) this.#wasm.queryFromRow(query, four[query] ?? four[0] ?? 0);
      this.#wasm.beginSearch();
      if (four.length === 1) this.#wasm.searchOne(0, this.#size, keep + 1, minimum);
      else this.#wasm.searchFour(0, this.#size, keep + 1, minimum);
      for (const [query, slot] of four.entries()) found.push(this.#hits(query, keep, slot));
    }
    return found;
  }

  /** As `nearest`, for a vector that is not stored. */
  nearestTo(vector: Float32Array, keep: number, minimum: number): Hits {
    this.#check(vector);
    const codes = new Int8Array(this.#wasm.rowBytes());
    const scale = quantise(vector, codes);
    const { buffer } = this.#wasm.memory;
    new Int16Array(buffer, this.#wasm.queryAt(0), codes.length).set(codes);
    new Float32Array(buffer, this.#wasm.queryScaleAt(0), 1)[0] = scale * SCALE_UNIT;
    this.#wasm.beginSearch();
    this.#wasm.searchOne(0, this.#size, keep, minimum);
    return this.#hits(0, keep, null);
  }

  addTo(sum: Float32Array, slot: number, weight: number): void {
    addQuantised(sum, this.#memory().bytes, this.#wasm.rowAt(slot), this.#scale(slot), weight);
  }

  dot(sum: Float32Array, slot: number): number {
    return dotQuantised(sum, this.#memory().bytes, this.#wasm.rowAt(slot), this.#scale(slot));
  }

  #hits(query: number, keep: number, except: number | null): Hits {
    const count = this.#wasm.hitCount(query);
    const view = new DataView(this.#wasm.memory.buffer, this.#wasm.hitsAt(query), count * 8);
    const slots: number[] = [];
    const scores: number[] = [];
    for (let i = 0; i < count && slots.length < keep; i++) {
      const slot = view.getInt32(i * 8, true);
      if (slot === except) continue;
      slots.push(slot);
      scores.push(view.getFloat32(i * 8 + 4, true));
    }
    return { slots: Int32Array.from(slots), scores: Float32Array.from(scores) };
  }

  #write(slot: number, vector: Float32Array): void {
    this.#setScale(slot, quantise(vector, this.#codes(slot)));
  }

  /** Views of the memory. They end when it grows. */
  #memory(): { readonly bytes: Int8Array; readonly words: Uint16Array } {
    const { buffer } = this.#wasm.memory;
    if (this.#views?.bytes.buffer !== buffer)
      this.#views = { bytes: new Int8Array(buffer), words: new Uint16Array(buffer) };
    return this.#views;
  }

  #codes(slot: number): Int8Array {
    const start = this.#wasm.rowAt(slot);
    return this.#memory().bytes.subarray(start, start + this.#wasm.rowBytes());
  }

  #scale(slot: number): number {
    return this.#memory().words[this.#wasm.scaleAt(slot) >> 1] ?? 0;
  }

  #setScale(slot: number, scale: number): void {
    this.#memory().words[this.#wasm.scaleAt(slot) >> 1] = scale;
  }

  #check(vector: Float32Array): void {
    if (vector.length !== this.dimensions)
      throw new RangeError(`Expecting ${this.dimensions} numbers. Got ${vector.length}.`);
  }
}
