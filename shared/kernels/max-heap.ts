// A binary heap of pairs by score, largest first. Flat arrays: a large library's clustering lives in here.

export interface ScoredPair {
  readonly score: number;
  readonly a: number;
  readonly b: number;
}

export class MaxHeap {
  #size = 0;
  #scores = new Float64Array(1024);
  #pairs = new Int32Array(2048);

  push({ score, a, b }: ScoredPair): void {
    if (this.#size === this.#scores.length) this.#grow();
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#scores[parent] >= score) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, score, a, b);
  }

  pop(): ScoredPair | null {
    if (this.#size === 0) return null;
    const top = { score: this.#scores[0], a: this.#pairs[0], b: this.#pairs[1] };
    const last = --this.#size;
    const score = this.#scores[last];
    const [a, b] = [this.#pairs[2 * last], this.#pairs[2 * last + 1]];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#scores[child + 1] > this.#scores[child]) child++;
      if (this.#scores[child] <= score) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, score, a, b);
    return top;
  }

  #set(at: number, score: number, a: number, b: number): void {
    this.#scores[at] = score;
    this.#pairs[2 * at] = a;
    this.#pairs[2 * at + 1] = b;
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#scores[from], this.#pairs[2 * from], this.#pairs[2 * from + 1]);
  }

  #grow(): void {
    const scores = new Float64Array(2 * this.#scores.length);
    scores.set(this.#scores);
    const pairs = new Int32Array(2 * this.#pairs.length);
    pairs.set(this.#pairs);
    this.#scores = scores;
    this.#pairs = pairs;
  }
}
