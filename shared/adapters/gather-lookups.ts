// Many requests of one isolate that look for rows at the same time ask the database once. Nobody is answered from before they
// asked: what was revoked when a request came in is revoked for that request.

/** Time (ms) after which who waits for others asks alone: whoever was to ask may be gone with its own request. */
const WAIT_MAX_MS = 1000;
/** Rows of one query. */
const MOST_AT_ONCE = 64;

/** Rows in the order of the keys, null for what is not there. */
type Query<Key, Row> = (db: D1Database, keys: readonly Key[]) => Promise<(Row | null)[]>;

/** What somebody who waits is told: the row, or that it is their turn to ask. */
type Turn<Row> = { readonly row: Row | null } | "ask" | "late";

interface Waiting<Key, Row> {
  readonly key: Key;
  readonly tell: (turn: Turn<Row>) => void;
  readonly fail: (cause: unknown) => void;
}

export class LookupGatherer<Key, Row> {
  readonly #query: Query<Key, Row>;
  #waiting: Waiting<Key, Row>[] = [];
  #isAsking = false;

  constructor(query: Query<Key, Row>) {
    this.#query = query;
  }

  /** @param keepAlive of the caller's request: it may ask for others too, and must then outlive its own answer */
  async find(db: D1Database, key: Key, keepAlive: (work: Promise<unknown>) => void): Promise<Row | null> {
    const turn = this.#isAsking ? await this.#wait(key) : "ask";
    if (typeof turn === "object") return turn.row;
    const rows = this.#ask(db, key);
    keepAlive(rows.catch(() => {}));
    return await rows;
  }

  async #wait(key: Key): Promise<Turn<Row>> {
    const { promise, resolve, reject } = Promise.withResolvers<Turn<Row>>();
    const waiting = { key, tell: resolve, fail: reject };
    this.#waiting.push(waiting);
    const timer = setTimeout(() => resolve("late"), WAIT_MAX_MS);
    const turn = await promise.finally(() => clearTimeout(timer));
    if (turn === "late") this.#waiting = this.#waiting.filter((one) => one !== waiting);
    return turn;
  }

  /** For the caller, and for all who wait by now. One of those who came meanwhile asks next: no request works for others for long. */
  async #ask(db: D1Database, key: Key): Promise<Row | null> {
    this.#isAsking = true;
    const others = this.#waiting.splice(0, MOST_AT_ONCE - 1);
    const rows = this.#query(db, [key, ...others.map((other) => other.key)]);
    // Told when there is something to tell, not promised it: a request that is killed settles nothing, and who waits for it must
    // still be able to give up.
    for (const [i, { tell, fail }] of others.entries()) rows.then((found) => tell({ row: found[i + 1] ?? null }), fail);
    try {
      return (await rows)[0] ?? null;
    } finally {
      const next = this.#waiting.shift();
      this.#isAsking = next !== undefined;
      next?.tell("ask");
    }
  }
}
