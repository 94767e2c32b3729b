// Bytes per second over the last seconds, from a few samples. `now` is passed in.
const WINDOW_MS = 8_000;

export class Goodput {
  #samples: { atMs: number; bytes: number }[] = [];

  add(nowMs: number, bytes: number): void {
    if (bytes <= 0) return;
    this.#samples.push({ atMs: nowMs, bytes });
    this.#trim(nowMs);
  }

  #trim(nowMs: number): void {
    const first = this.#samples.findIndex((sample) => sample.atMs >= nowMs - WINDOW_MS);
    if (first > 0) this.#samples.splice(0, first);
    if (first === -1) this.#samples = [];
  }

  bytesPerSecond(nowMs: number): number {
    this.#trim(nowMs);
    const first = this.#samples[0];
    if (!first) return 0;
    const total = this.#samples.reduce((sum, sample) => sum + sample.bytes, 0);
    return total / Math.max(0.5, (nowMs - first.atMs) / 1000);
  }
}
