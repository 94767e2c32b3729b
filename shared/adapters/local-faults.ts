// Fault injection for local builds: the weather that production has and one machine does not. Rates are 0–1, read from
// LOCAL_FAULTS (JSON). May not: be reachable from a deployed bundle (see local-build.d.ts).
import { z } from "zod";
import type { R2Event } from "../contracts/messages.ts";

const rate = z.number().min(0).max(1).default(0);
export const FaultRates = z.object({
  /** An upload event is never published. */
  eventLoss: rate,
  /** An upload event is published twice. */
  eventDuplicate: rate,
  /** An R2 call fails before it does anything. */
  storageError: rate,
  /** A D1 call fails before it does anything. */
  databaseError: rate,
  /** A D1 write commits, and its answer is lost. */
  ambiguousCommit: rate,
});
export type FaultRates = z.infer<typeof FaultRates>;

export interface Faults {
  database(db: D1Database): D1Database;
  bucket(bucket: R2Bucket): R2Bucket;
  events(event: R2Event, send: (event: R2Event) => Promise<void>): Promise<void>;
}

export function withFaults(json: string | undefined, random: () => number = Math.random): Faults {
  const rates = FaultRates.parse(json === undefined ? {} : JSON.parse(json));
  return {
    database: (db) =>
      rates.databaseError === 0 && rates.ambiguousCommit === 0 ? db : faultyDatabase(db, rates, random),
    bucket: (bucket) => (rates.storageError === 0 ? bucket : faultyBucket(bucket, rates, random)),
    async events(event, send) {
      if (random() < rates.eventLoss) return;
      await send(event);
      if (random() < rates.eventDuplicate) await send(event);
    },
  };
}

const R2_CALLS: ReadonlySet<PropertyKey> = new Set(["put", "get", "head", "list", "delete"]);

function faultyBucket(bucket: R2Bucket, rates: FaultRates, random: () => number): R2Bucket {
  return new Proxy(bucket, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== "function") return value;
      if (!R2_CALLS.has(property)) return value.bind(target);
      return async (...args: unknown[]): Promise<unknown> => {
        if (random() < rates.storageError) throw new Error(`injected: R2 ${String(property)} failed`);
        return await Reflect.apply(value, target, args);
      };
    },
  });
}

const STATEMENT_CALLS: ReadonlySet<PropertyKey> = new Set(["run", "all", "first", "raw"]);
/** Wrapped statement -> the real one, which is what D1's own batch wants. */
const UNWRAPPED = new WeakMap<object, D1PreparedStatement>();

function faultyDatabase(db: D1Database, rates: FaultRates, random: () => number): D1Database {
  const call = async (what: string, run: () => Promise<unknown>): Promise<unknown> => {
    if (random() < rates.databaseError) throw new Error(`injected: D1_ERROR: Network connection lost before ${what}`);
    const result = await run();
    if (random() < rates.ambiguousCommit) throw new Error(`injected: D1_ERROR: Network connection lost after ${what}`);
    return result;
  };
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== "function") return value;
        if (property === "bind") return (...args: unknown[]) => wrap(target.bind(...args));
        if (!STATEMENT_CALLS.has(property)) return value.bind(target);
        return (...args: unknown[]) => call(String(property), () => Reflect.apply(value, target, args));
      },
    });
    UNWRAPPED.set(proxy, statement);
    return proxy;
  };
  return new Proxy(db, {
    get(target, property) {
      if (property === "prepare") return (query: string) => wrap(target.prepare(query));
      if (property === "batch") {
        return (statements: D1PreparedStatement[]) =>
          call("batch", () => target.batch(statements.map((statement) => UNWRAPPED.get(statement) ?? statement)));
      }
      const value: unknown = Reflect.get(target, property);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
