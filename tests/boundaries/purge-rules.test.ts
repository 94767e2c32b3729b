// Every table of the schema has been decided about: what becomes of it when an account is deleted for good.
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import {
  ACCESS_TABLES,
  CONTENT_TABLES,
  TABLES_OF_NOBODY,
  TRACE_STATEMENTS,
} from "../../shared/db/account/purge-rules.ts";
import * as identitySchema from "../../shared/db/identity/schema.ts";
import * as schema from "../../shared/db/schema.ts";

const tables = [...Object.values(schema), ...Object.values(identitySchema)]
  .filter((value) => value instanceof SQLiteTable)
  .map((table) => getTableConfig(table));
const names = tables.map(({ name }) => name).sort();
/** Columns that name a user. */
const USER_COLUMN = /(?:^|_)(?:user_id|subject_id|actor_id|invited_by|accepted_by)$/;

describe("the rules of an account's end", () => {
  it("name every table once, or for its traces", () => {
    const traces = new Set(TRACE_STATEMENTS.map(({ table }) => table));
    const ruled = [...CONTENT_TABLES, ...ACCESS_TABLES, ...TABLES_OF_NOBODY, ...traces];
    expect(ruled.sort()).toEqual(names);
  });

  it("call no table nobody's that names a user", () => {
    const ofUsers = tables.filter(({ columns }) => columns.some(({ name }) => USER_COLUMN.test(name)));
    expect(ofUsers.length).toBeGreaterThan(20);
    for (const { name } of ofUsers) expect(TABLES_OF_NOBODY).not.toContain(name);
  });

  it("touch every column that names a user", () => {
    for (const { name, columns } of tables)
      for (const column of columns.filter((candidate) => USER_COLUMN.test(candidate.name))) {
        if (column.name === "user_id" && [...CONTENT_TABLES, ...ACCESS_TABLES].some((table) => table === name))
          continue;
        const statements = TRACE_STATEMENTS.filter(({ table }) => table === name).map(({ sql }) => sql);
        expect(statements.join("\n"), `${name}.${column.name}`).toContain(`${column.name} = ?1`);
      }
  });
});
