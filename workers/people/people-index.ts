// One object per user: whose faces are whose. Its vectors live in memory only and are rebuilt from D1 and the user's key;
// its storage holds no vector, no face and no name. Every change of a user's people goes through it, one after the other.
import { DurableObject } from "cloudflare:workers";
import { AppError } from "../../shared/contracts/errors.ts";
import type { FaceId, PhotoId, UserId } from "../../shared/contracts/ids.ts";
import type {
  FaceGuess,
  FaceMatch,
  PeopleCommand,
  PeopleIndexRpc,
  PeopleOutcome,
  SuggestionIds,
  VectorSearch,
} from "../../shared/contracts/people-index.ts";
import { peopleDeps } from "./deps.ts";
import type { PeopleEnv } from "./env.ts";
import { goOnWithdrawing, type WithdrawDeps, withdraw } from "./withdraw.ts";

/** Storage key: the user whose deletion is under way. All this object ever stores, and only for as long. */
const WITHDRAWING = "withdrawing";

export class PeopleIndex extends DurableObject<PeopleEnv> implements PeopleIndexRpc {
  async take(_userId: UserId, _photoIds: readonly PhotoId[]): Promise<void> {}

  async reconcile(_userId: UserId): Promise<void> {}

  async decide(_userId: UserId, _command: PeopleCommand): Promise<PeopleOutcome> {
    throw notYet();
  }

  async suggestions(_userId: UserId, _limit: number): Promise<{ items: SuggestionIds[]; total: number }> {
    throw notYet();
  }

  async guess(_userId: UserId, _faces: readonly FaceId[]): Promise<FaceGuess[]> {
    throw notYet();
  }

  async similar(_userId: UserId, _face: FaceId, _limit: number): Promise<FaceMatch[]> {
    throw notYet();
  }

  async search(_userId: UserId, _search: VectorSearch): Promise<FaceMatch[]> {
    throw notYet();
  }

  withdraw(userId: UserId): Promise<{ isDone: boolean }> {
    return withdraw(this.#withdrawDeps(), userId);
  }

  /** A deletion that is not through comes before everything else an alarm may be for. */
  override async alarm(): Promise<void> {
    const userId = await this.ctx.storage.get<string>(WITHDRAWING);
    if (userId !== undefined) await goOnWithdrawing(this.#withdrawDeps(), userId);
  }

  #withdrawDeps(): WithdrawDeps {
    const { ctx, env } = this;
    return {
      ...peopleDeps(env),
      forget: () => {},
      async remindMe(userId, afterMs) {
        await ctx.storage.put(WITHDRAWING, userId);
        await ctx.storage.setAlarm(Date.now() + afterMs);
      },
      async settle() {
        await ctx.storage.deleteAlarm();
        await ctx.storage.deleteAll();
      },
    };
  }
}

function notYet(): AppError {
  return new AppError("recognition-unavailable", "People are not recognised yet.");
}
