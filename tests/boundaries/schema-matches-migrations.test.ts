// drizzle's schema and the migrated database must describe the same tables: a column added to one is a failure here.
import { DatabaseSync } from "node:sqlite";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { migrationFiles } from "../../local/local-state.ts";
import * as identitySchema from "../../shared/db/identity/schema.ts";
import * as schema from "../../shared/db/schema.ts";

const database = new DatabaseSync(":memory:");
for (const { statements } of migrationFiles()) for (const statement of statements) database.exec(statement);

const tables = [...Object.values(schema), ...Object.values(identitySchema)]
  .filter((value) => value instanceof SQLiteTable)
  .map((table) => getTableConfig(table));

describe("the migrated database", () => {
  it("has exactly the schema's tables", () => {
    const names = database
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .all()
      .map((row) => row["name"]);
    expect(names.sort()).toEqual(tables.map(({ name }) => name).sort());
  });

  it.each(tables.map((table) => [table.name, table] as const))(
    "%s has exactly the schema's columns and indexes",
    (name, table) => {
      const columns = database
        .prepare(`SELECT name, type, "notnull" AS isRequired FROM pragma_table_info(?) ORDER BY name`)
        .all(name);
      // Their order is history: an added column is the last of its table, wherever the schema names it.
      const described = table.columns
        .map((column) => ({
          name: column.name,
          type: column.getSQLType().toUpperCase(),
          isRequired: column.notNull ? 1 : 0,
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(columns.map((column) => ({ ...column, type: String(column["type"]).toUpperCase() }))).toEqual(described);
      const indexes = database
        .prepare(`SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`)
        .all(name)
        .map((row) => row["name"]);
      expect(indexes.sort()).toEqual(table.indexes.map((index) => index.config.name).sort());
    },
  );
});
