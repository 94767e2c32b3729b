// The progress hub of one user: the real register over a database of its own, behind a mailbox that loses, repeats and
// reorders. What a Durable Object adds (sockets, alarms, hibernation) is tested in workerd.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { PhotoReport } from "../../shared/contracts/progress.ts";
import { ProgressRegister, type Sql } from "../../workers/progress/progress-register.ts";

type Report = Parameters<ProgressRegister["apply"]>[0];

export class SimulatedHub {
  readonly userId: string;
  readonly mailbox: Report[] = [];
  register: ProgressRegister;
  readonly #storage: HubStorage;

  constructor(userId: string, storage: HubStorage) {
    this.userId = userId;
    this.#storage = storage;
    storage.clear();
    this.register = new ProgressRegister(storage.sql);
  }

  /** The object moved to another machine: what waited is gone, and its storage too when `wipe`. */
  evict(wipe: boolean): void {
    this.mailbox.length = 0;
    if (wipe) this.#storage.clear();
    this.register = new ProgressRegister(this.#storage.sql);
  }

  /** @returns the photos whose register went to an older rev; there must be none */
  apply(report: Report, now: number): string[] {
    const before = report.photos.map(({ id }) => this.#revOf(id));
    this.register.apply(report, now);
    return report.photos.filter(({ id }, i) => this.#revOf(id) < (before[i] ?? 0)).map(({ id }) => id);
  }

  #revOf(photoId: PhotoReport["id"]): number {
    return Number(this.#storage.sql.exec("SELECT rev FROM photo WHERE id = ?", photoId).toArray()[0]?.rev ?? 0);
  }
}

/** Reused from schedule to schedule. */
export class HubStorage {
  readonly #sqlite = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();

  readonly sql: Sql = {
    exec: (query, ...bindings) => {
      const rows = this.#statement(query).all(...bindings) as Record<string, unknown>[];
      return { toArray: () => rows };
    },
  };

  constructor() {
    new ProgressRegister(this.sql);
  }

  clear(): void {
    for (const table of ["photo", "batch", "member", "meta"]) this.sql.exec(`DELETE FROM ${table}`);
  }

  #statement(query: string): StatementSync {
    let statement = this.#statements.get(query);
    if (statement === undefined) {
      statement = this.#sqlite.prepare(query);
      this.#statements.set(query, statement);
    }
    return statement;
  }
}
