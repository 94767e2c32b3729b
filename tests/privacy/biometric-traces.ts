// What a face vector looks like wherever it might have leaked to, and where to look: answers, logs, tables, files.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface Trace {
  readonly what: string;
  readonly bytes: Buffer;
}

/** Bytes of a run of a vector that cannot be there by chance. */
const RUN_NUMBERS = 16;

/** A vector as float32, as int8 of any common scale, and as text: base64, hex, JSON numbers. */
export function tracesOfVector(vector: Float32Array, name: string): Trace[] {
  const floats = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const largest = Math.max(...vector.map(Math.abs));
  const asBytes = (scale: number): Buffer =>
    Buffer.from(Int8Array.from(vector, (value) => Math.round(value * scale)).buffer);
  const doubles = Buffer.from(Float64Array.from(vector).buffer);
  return [
    { what: `${name} as float32`, bytes: floats.subarray(0, RUN_NUMBERS * 4) },
    { what: `${name} as float64`, bytes: doubles.subarray(0, RUN_NUMBERS * 8) },
    { what: `${name} as int8 of its own scale`, bytes: asBytes(127 / largest) },
    { what: `${name} as int8`, bytes: asBytes(127) },
    { what: `${name} in base64`, bytes: Buffer.from(floats.toString("base64").slice(0, 60)) },
    { what: `${name} in hex`, bytes: Buffer.from(floats.toString("hex").slice(0, 64)) },
    { what: `${name} in HEX`, bytes: Buffer.from(floats.toString("hex").slice(0, 64).toUpperCase()) },
    // Any one of its larger numbers, to as many digits as nobody else writes.
    ...[...vector]
      .filter((value) => Math.abs(value) > 0.05)
      .slice(0, 8)
      .map((value) => ({ what: `a number of ${name}`, bytes: Buffer.from(Math.abs(value).toFixed(17).slice(0, 9)) })),
  ];
}

export function textTrace(what: string, text: string): Trace {
  return { what, bytes: Buffer.from(text) };
}

/** The traces that are in the bytes. */
export function found(traces: readonly Trace[], bytes: Buffer | string): string[] {
  const haystack = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  return traces.filter(({ bytes: needle }) => haystack.includes(needle)).map(({ what }) => what);
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** The traces in the raw bytes of every file, freed pages, journals and blobs included. */
export function foundInFiles(traces: readonly Trace[], folder: string): string[] {
  return filesBelow(folder).flatMap((path) =>
    found(traces, readFileSync(path)).map((what) => `${what} in ${path.slice(folder.length)}`),
  );
}

/** Every value of every row of every table of every SQLite file: what a query can still answer. Runs on a stopped platform. */
export function foundInTables(traces: readonly Trace[], folder: string): string[] {
  return filesBelow(folder)
    .filter((path) => path.endsWith(".sqlite"))
    .flatMap((path) => {
      const database = new DatabaseSync(path);
      try {
        const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
        return tables.flatMap(({ name }) => {
          const query = database.prepare(`SELECT * FROM "${String(name)}"`);
          query.setReadBigInts(true);
          return query
            .all()
            .flatMap((row) => Object.values(row))
            .flatMap((value) => found(traces, value instanceof Uint8Array ? Buffer.from(value) : String(value)))
            .map((what) => `${what} in ${String(name)} of ${path.slice(folder.length)}`);
        });
      } finally {
        database.close();
      }
    });
}
