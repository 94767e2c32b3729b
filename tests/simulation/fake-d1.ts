// D1 over SQLite in memory: the binding's calls and production's caps. What a statement does, the real engine decides.
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { D1_MAX_PARAMS } from "../../shared/contracts/limits.ts";
import type { Call } from "./scheduler.ts";

/** A cap of production that local bindings do not enforce, or a statement that broke a constraint. Never an injected fault. */
export class IllegalCall extends Error {
  override readonly name = "IllegalCall";
}

const STATEMENT_MAX_BYTES = 100_000;
const VALUE_MAX_BYTES = 2_000_000;

/** Told about what a transaction changed, as soon as it is committed. */
export interface CommitObserver {
  committed(): void;
  rolledBack(): void;
}

export class FakeDatabase {
  readonly sqlite = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();
  readonly #labels = new Map<string, string>();
  readonly #tables: string[];
  observer: CommitObserver | null = null;

  constructor(migrations: readonly string[]) {
    for (const statement of migrations) this.sqlite.exec(statement);
    this.#tables = this.rows(`SELECT name FROM sqlite_master WHERE type = 'table'`).map(({ name }) => String(name));
  }

  /** Empties every table: far cheaper than a new database. */
  clear(): void {
    for (const table of this.#tables) this.statement(`DELETE FROM ${table}`).run();
  }

  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      if (sql.length > STATEMENT_MAX_BYTES) throw new IllegalCall(`a statement of ${sql.length} bytes`);
      // SQLite plans a statement anew for every binding of a bare LIMIT parameter, which costs more than running it here.
      statement = this.sqlite.prepare(sql.replace(/LIMIT (\?\d+)/g, "LIMIT abs($1)"));
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** For the simulation itself; the platform's code goes through a binding. */
  rows(sql: string, ...params: SQLInputValue[]): Record<string, unknown>[] {
    return this.statement(sql).all(...params) as Record<string, unknown>[];
  }

  binding(call: Call): D1Database {
    const prepare = (sql: string): FakeStatement => new FakeStatement(this, call, sql, []);
    const batch = (statements: FakeStatement[]) =>
      call(
        "d1",
        () => `batch: ${statements.map(({ sql }) => this.label(sql)).join(" + ")}`,
        () => this.transaction(statements),
      );
    return { prepare, batch } as unknown as D1Database;
  }

  transaction(statements: readonly FakeStatement[]): Answer[] {
    this.statement("BEGIN").run();
    try {
      const results = statements.map(({ sql, params }) => this.#guarded(sql, params, execute));
      this.statement("COMMIT").run();
      this.observer?.committed();
      return results;
    } catch (cause) {
      this.statement("ROLLBACK").run();
      this.observer?.rolledBack();
      throw cause;
    }
  }

  single<T>(sql: string, params: readonly unknown[], run: (statement: StatementSync, params: SQLInputValue[]) => T): T {
    try {
      const result = this.#guarded(sql, params, run);
      this.observer?.committed();
      return result;
    } catch (cause) {
      this.observer?.rolledBack();
      throw cause;
    }
  }

  #guarded<T>(
    sql: string,
    params: readonly unknown[],
    run: (statement: StatementSync, params: SQLInputValue[]) => T,
  ): T {
    if (params.length > D1_MAX_PARAMS) throw new IllegalCall(`${params.length} bound parameters`);
    for (const value of params) {
      if (value === undefined) throw new IllegalCall(`an undefined parameter of ${this.label(sql)}`);
      if (typeof value === "string" && value.length > VALUE_MAX_BYTES)
        throw new IllegalCall(`a value of ${value.length} bytes`);
    }
    try {
      return run(this.statement(sql), params as SQLInputValue[]);
    } catch (cause) {
      throw cause instanceof IllegalCall ? cause : new IllegalCall(`${String(cause)} in ${this.label(sql)}`);
    }
  }

  label(sql: string): string {
    let label = this.#labels.get(sql);
    if (label === undefined) {
      label = sql
        .replace(/\s+/g, " ")
        .trim()
        .replace(/^SELECT photos\.id.*?FROM/, "SELECT photo FROM")
        .slice(0, 96);
      this.#labels.set(sql, label);
    }
    return label;
  }
}

type Answer = { results: unknown[]; meta: { changes: number } };

function execute(statement: StatementSync, params: SQLInputValue[]): Answer {
  if (statement.columns().length > 0) return { results: statement.all(...params), meta: { changes: 0 } };
  return { results: [], meta: { changes: Number(statement.run(...params).changes) } };
}

class FakeStatement {
  readonly sql: string;
  readonly params: readonly unknown[];
  readonly #database: FakeDatabase;
  readonly #call: Call;

  constructor(database: FakeDatabase, call: Call, sql: string, params: readonly unknown[]) {
    this.#database = database;
    this.#call = call;
    this.sql = sql;
    this.params = params;
  }

  bind(...params: unknown[]): FakeStatement {
    return new FakeStatement(this.#database, this.#call, this.sql, params);
  }

  first(): Promise<unknown> {
    return this.#run((statement, params) => statement.get(...params) ?? null);
  }

  all(): Promise<unknown> {
    return this.#run((statement, params) => ({ results: statement.all(...params), meta: { changes: 0 } }));
  }

  run(): Promise<unknown> {
    return this.#run((statement, params) => ({
      results: [],
      meta: { changes: Number(statement.run(...params).changes) },
    }));
  }

  #run<T>(run: (statement: StatementSync, params: SQLInputValue[]) => T): Promise<T> {
    return this.#call(
      "d1",
      () => this.#database.label(this.sql),
      () => this.#database.single(this.sql, this.params, run),
    );
  }
}
