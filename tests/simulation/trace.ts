// What happened, step by step: a digest always, because it proves determinism; lines only when somebody reads them.

export class Trace {
  readonly lines: string[] = [];
  readonly isKept: boolean;
  #digest = 0x811c9dc5;

  constructor(isKept: boolean) {
    this.isKept = isKept;
  }

  /** @param line called only for a kept trace */
  step(code: number, line: () => string): void {
    this.#digest = Math.imul(this.#digest ^ code, 0x01000193) >>> 0;
    if (this.isKept) this.lines.push(line());
  }

  get digest(): string {
    return this.#digest.toString(16).padStart(8, "0");
  }
}
