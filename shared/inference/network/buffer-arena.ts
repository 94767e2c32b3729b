// Gives tensors room by the time they live: who is read for the last time makes place for the next. Addresses are relative.

const ALIGNMENT = 64;

export class BufferArena {
  /** Free stretches by position; the last one has no end. */
  #free: { start: number; end: number }[] = [{ start: 0, end: Number.POSITIVE_INFINITY }];
  #used = new Map<number, number>();
  #sizeBytes = 0;

  /** Bytes that all buffers ever taken need together. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** @returns where the buffer starts: the tightest stretch that holds it */
  take(sizeBytes: number): number {
    const size = Math.ceil(sizeBytes / ALIGNMENT) * ALIGNMENT;
    const fitting = this.#free.filter(({ start, end }) => end - start >= size);
    const best = fitting.reduce((a, b) => (b.end - b.start < a.end - a.start ? b : a));
    const address = best.start;
    best.start += size;
    this.#free = this.#free.filter(({ start, end }) => end > start);
    this.#used.set(address, address + size);
    this.#sizeBytes = Math.max(this.#sizeBytes, address + size);
    return address;
  }

  give(address: number): void {
    const end = this.#used.get(address);
    if (end === undefined) throw new Error(`Nothing was taken at ${address}.`);
    this.#used.delete(address);
    const sorted = [...this.#free, { start: address, end }].sort((a, b) => a.start - b.start);
    this.#free = [];
    for (const stretch of sorted) {
      const before = this.#free.at(-1);
      if (before !== undefined && before.end === stretch.start) before.end = stretch.end;
      else this.#free.push(stretch);
    }
  }
}
