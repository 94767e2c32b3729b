// Calls of D1, R2, queues and Durable Objects that are left to whoever works for long: a Worker's invocation may make 1,000, and
// the one after that fails whatever it is for.

export class Subrequests {
  #left: number;
  readonly #whole: Subrequests | null;

  /** @param calls how many may be made; a share is taken from `whole` too, call by call */
  constructor(calls: number, whole: Subrequests | null = null) {
    this.#left = calls;
    this.#whole = whole;
  }

  get left(): number {
    return Math.min(this.#left, this.#whole?.left ?? this.#left);
  }

  /** A part of what is left, at most `calls`. What it does not spend stays in the whole. */
  share(calls: number): Subrequests {
    return new Subrequests(calls, this);
  }

  /** To be asked before `calls` are made. False, and nothing spent, when they are not left. */
  spend(calls: number): boolean {
    if (this.left < calls) return false;
    this.#left -= calls;
    this.#whole?.spend(calls);
    return true;
  }
}
