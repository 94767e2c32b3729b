// A Durable Object that counts attempts of one kind by one name (an account, a network). It knows neither: its name is a digest.
import { DurableObject } from "cloudflare:workers";
import type { AttemptCounterRpc, AttemptVerdict } from "./attempt-namespace.ts";

const TABLE = `CREATE TABLE IF NOT EXISTS attempts (until INTEGER NOT NULL)`;

/** A sliding window of at most `most` rows: a refused attempt is not written, so that a flood neither grows it nor prolongs it. */
export class AttemptCounter extends DurableObject implements AttemptCounterRpc {
  #isRefusing = false;

  async count(most: number, withinMs: number, nowMs: number): Promise<AttemptVerdict> {
    const { sql } = this.ctx.storage;
    sql.exec(TABLE);
    sql.exec(`DELETE FROM attempts WHERE until <= ?`, nowMs);
    // The row whose end makes room again, counted from the newest: the limit may have been lowered since.
    const [blocking] = sql
      .exec<{ until: number }>(`SELECT until FROM attempts ORDER BY until DESC LIMIT 1 OFFSET ?`, most - 1)
      .toArray();
    if (blocking !== undefined) {
      const isFirst = !this.#isRefusing;
      this.#isRefusing = true;
      return { isAllowed: false, retryAfterMs: blocking.until - nowMs, isFirst };
    }
    this.#isRefusing = false;
    sql.exec(`INSERT INTO attempts (until) VALUES (?)`, nowMs + withinMs);
    await this.ctx.storage.setAlarm(Date.now() + withinMs);
    return { isAllowed: true };
  }

  /** Takes back the newest attempt: it was none. */
  async uncount(): Promise<void> {
    const { sql } = this.ctx.storage;
    sql.exec(TABLE);
    sql.exec(`DELETE FROM attempts WHERE rowid = (SELECT rowid FROM attempts ORDER BY until DESC, rowid DESC LIMIT 1)`);
  }

  async clear(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** The last attempt fell out of the window: an object without rows costs nothing. */
  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
