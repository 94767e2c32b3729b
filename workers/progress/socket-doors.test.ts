// Tickets and ended credentials over time, on SQLite itself.
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { ACCESS_TOKEN_SECONDS, SOCKET_TICKET_LIFE_MS, SOCKET_TICKETS_MAX } from "../../shared/contracts/limits.ts";
import { SocketDoors } from "./socket-doors.ts";

function doors(): { doors: SocketDoors; rows: (table: string) => number } {
  const database = new DatabaseSync(":memory:");
  const exec = (query: string, ...bindings: (string | number | null)[]) => {
    const rows = database.prepare(query).all(...bindings);
    return { toArray: () => rows };
  };
  return {
    doors: new SocketDoors({ exec }),
    rows: (table) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]),
  };
}
const ticket = (hash: string) => ({ hash, sessionId: "s", origin: "https://photos.example" });

it("a ticket is good until it expires, and not a moment longer", () => {
  const { doors: one } = doors();
  expect(one.issue(ticket("a"), 1000)).toBe(1000 + SOCKET_TICKET_LIFE_MS);
  one.issue(ticket("b"), 1000);
  expect(one.spend(ticket("a"), 1000 + SOCKET_TICKET_LIFE_MS - 1)).toBe(true);
  expect(one.spend(ticket("b"), 1000 + SOCKET_TICKET_LIFE_MS)).toBe(false);
});

it("expired tickets make room, and nothing is kept of them", () => {
  const { doors: one, rows } = doors();
  for (let n = 0; n < SOCKET_TICKETS_MAX; n++) one.issue(ticket(String(n)), 1000);
  expect(one.issue(ticket("more"), 1000)).toBeNull();
  expect(one.issue(ticket("later"), 1000 + SOCKET_TICKET_LIFE_MS)).not.toBeNull();
  expect(rows("ticket")).toBe(1);
});

it("an ended credential is remembered for longer than any token lives, and forgotten after", () => {
  const { doors: one, rows } = doors();
  one.end(["s"], 0);
  one.end(["other"], ACCESS_TOKEN_SECONDS * 1000);
  expect(one.isEnded("s")).toBe(true);
  one.end([], 60 * 60_000);
  expect(rows("ended")).toBe(0);
});
