// What a dialect can say of a transform, and what it has no words for.
import type { Transform } from "./transform.ts";

export interface Printed {
  readonly text: string;
  /** Options the dialect cannot say; read back, `text` is the transform without them. */
  readonly lost: readonly (keyof Transform)[];
}

/** Notes what a printer could not say. */
export class LostOptions {
  readonly lost: (keyof Transform)[] = [];
  readonly #transform: Transform;

  constructor(transform: Transform) {
    this.#transform = transform;
  }

  /** For options the dialect has no word for at all. */
  whole(...options: (keyof Transform)[]): void {
    for (const option of options) if (this.#transform[option] !== undefined) this.lost.push(option);
  }

  /** @returns what the value is in the dialect's words; undefined, and noted as lost, where `print` has none */
  print<Option extends keyof Transform>(
    option: Option,
    print: (value: NonNullable<Transform[Option]>) => string | null,
  ): string | undefined {
    const value = this.#transform[option];
    if (value === undefined || value === null) return undefined;
    const printed = print(value);
    if (printed === null) this.lost.push(option);
    return printed ?? undefined;
  }
}
