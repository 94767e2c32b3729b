// Many requests of one isolate that look for rows at the same time ask the database once. Nobody is answered from before they
// asked: what was revoked when a request came in is revoked for that request.

/** Time (ms) after which who waits for others asks alone: whoever was to ask may be gone with its own request. */
const WAIT_MAX_MS = 1000;
/** Rows of one query. */
const MOST_AT_ONCE = 64;

/** Rows in the order of the keys, null for what is not there. */
type Query<Key, Row> = (db: D1Database, keys: readonly Key[]) => Promise<(Row | null)[]>;

type Answer<Row> = { readonly row: Row | null } | { readonly failure: unknown };

interface Waiting<Key, Row> {
  readonly key: Key;
  answer: Answer<Row> | null;
  /** There is an answer, or nobody asks any more. */
  wake: () => void;
}

export class LookupGatherer<Key, Row> {
  readonly #query: Query<Key, Row>;
  #waiting: Waiting<Key, Row>[] = [];
  #isAsking = false;

  readonly #park: (waiting: { wake: () => void }) => Promise<void>;

  /** @param park sleeps until `wake` is called: tests have some that never do, as of a request that was ended */
  constructor(query: Query<Key, Row>, park = sleepUntilWoken) {
    this.#query = query;
    this.#park = park;
  }

  /** @param keepAlive of the caller's request: it may ask for others too, and must then outlive its own answer */
  async find(db: D1Database, key: Key, keepAlive: (work: Promise<unknown>) => void): Promise<Row | null> {
    const answer = this.#isAsking ? await this.#wait(key) : null;
    if (answer !== null) {
      if ("failure" in answer) throw answer.failure;
      return answer.row;
    }
    const rows = this.#ask(db, key);
    keepAlive(rows.catch(() => {}));
    return await rows;
  }

  /** @returns null when it is the caller's turn to ask: nobody else does, or whoever did has taken too long */
  async #wait(key: Key): Promise<Answer<Row> | null> {
    const waiting: Waiting<Key, Row> = { key, answer: null, wake: () => {} };
    this.#waiting.push(waiting);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      waiting.wake();
    }, WAIT_MAX_MS);
    // Everybody is woken when an asker has ended. The first whose request is still alive asks for all, the others wait on:
    // a turn that is handed to one alone is lost with it.
    while (waiting.answer === null && this.#isAsking && !isLate) await this.#park(waiting);
    // Taken in the same breath, so that the others who were woken see it.
    if (waiting.answer === null) this.#isAsking = true;
    clearTimeout(timer);
    this.#waiting = this.#waiting.filter((one) => one !== waiting);
    return waiting.answer;
  }

  /** For the caller, and for all who wait by now. One of those who came meanwhile asks next: no request works for others for long. */
  async #ask(db: D1Database, key: Key): Promise<Row | null> {
    this.#isAsking = true;
    const others = this.#waiting.splice(0, MOST_AT_ONCE - 1);
    const answerAll = (answerOf: (place: number) => Answer<Row>) => {
      for (const [i, other] of others.entries()) {
        other.answer = answerOf(i + 1);
        other.wake();
      }
    };
    try {
      const rows = await this.#query(db, [key, ...others.map((other) => other.key)]);
      answerAll((place) => ({ row: rows[place] ?? null }));
      return rows[0] ?? null;
    } catch (failure) {
      answerAll(() => ({ failure }));
      throw failure;
    } finally {
      this.#isAsking = false;
      for (const { wake } of this.#waiting) wake();
    }
  }
}

function sleepUntilWoken(waiting: { wake: () => void }): Promise<void> {
  return new Promise((resolve) => {
    waiting.wake = resolve;
  });
}
