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
import type { PeopleEnv } from "./env.ts";

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

  async withdraw(_userId: UserId): Promise<{ isDone: boolean }> {
    throw notYet();
  }
}

function notYet(): AppError {
  return new AppError("recognition-unavailable", "People are not recognised yet.");
}
