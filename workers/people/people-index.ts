// One object per user: whose faces are whose. Its vectors live in memory only and are rebuilt from D1 and the user's key;
// its storage holds no vector, no face and no name. Every change of a user's people goes through it, one after the other.
import { DurableObject } from "cloudflare:workers";
import { uuidv7 } from "uuidv7";
import lockfile from "../../models/lockfile.json";
import { errorText, log } from "../../shared/adapters/log.ts";
import type { FaceId, PhotoId, UserId } from "../../shared/contracts/ids.ts";
import { PEOPLE_HISTORY_KEEP_MS } from "../../shared/contracts/limits.ts";
import { ModelLockfile } from "../../shared/contracts/models.ts";
import {
  type FaceGuess,
  type FaceMatch,
  PeopleCommand,
  type PeopleIndexRpc,
  type PeopleOutcome,
  type SuggestionIds,
  VectorSearch,
} from "../../shared/contracts/people-index.ts";
import { forgetActionsBefore } from "../../shared/db/people/action-queries.ts";
import { toReport } from "../../shared/db/photos/photo-row.ts";
import vectorsModule from "../../shared/kernels/vectors/vectors.wasm";
import { decide } from "./decide.ts";
import { type PeopleDeps, peopleDeps } from "./deps.ts";
import type { PeopleEnv } from "./env.ts";
import { facesLikeFace, facesLikeVector } from "./find-matches.ts";
import { LibraryKeeper } from "./library-keeper.ts";
import { likelihoodOf } from "./likelihood.ts";
import type { OpenLibrary } from "./open-library.ts";
import { guessPerson, suggest } from "./suggest.ts";
import { goOnWithdrawing, type WithdrawDeps, withdraw } from "./withdraw.ts";

/** Storage key: the user whose deletion is under way, for only as long. */
const WITHDRAWING = "withdrawing";
/** Storage key: the user whose faces are to be grouped anew when the alarm rings. */
const GROUPING = "grouping";
/** Quiet (ms) before the whole library is grouped anew: an upload's faces come in a stream. */
const RECLUSTER_AFTER_MS = 20_000;
/** Faces placed and decisions taken after which that is worth it: this many, or this share of the library if that is more. */
const RECLUSTER_CHANGES = { least: 8, share01: 0.05 } as const;

const MODELS = ModelLockfile.parse(lockfile);

export class PeopleIndex extends DurableObject<PeopleEnv> implements PeopleIndexRpc {
  readonly #deps: PeopleDeps;
  readonly #keeper: LibraryKeeper;
  #turn: Promise<unknown> = Promise.resolve();
  #changesSinceGrouping = 0;
  /** Goes with the library it was made from. */
  readonly #suggested = new WeakMap<
    OpenLibrary,
    { readonly version: number; readonly items: readonly SuggestionIds[] }
  >();

  constructor(ctx: DurableObjectState, env: PeopleEnv) {
    super(ctx, env);
    this.#deps = peopleDeps(env);
    this.#keeper = new LibraryKeeper({ ...this.#deps, lockfile: MODELS, vectorsModule, newId: uuidv7 });
  }

  async take(userId: UserId, photoIds: readonly PhotoId[]): Promise<void> {
    await this.#inTurn(userId, async (opened) => {
      const slots = await this.#keeper.learnPhotos(opened, photoIds);
      await this.#noteChanges(opened, await this.#keeper.place(opened, slots));
    });
  }

  async reconcile(userId: UserId): Promise<void> {
    await this.#inTurn(userId, async (known) => {
      const opened = (await this.#keeper.isComplete(known)) ? known : await this.#keeper.open(userId, true);
      if (opened === null) return;
      // Every face of nobody is looked at again: what was alone may have found company.
      const waiting = [...opened.library.faces()].flatMap(({ slot, person }) => (person === null ? (slot ?? []) : []));
      await this.#noteChanges(opened, await this.#keeper.place(opened, waiting));
      await this.#keeper.removeEmpty(opened);
      await forgetActionsBefore(this.#deps.db, userId, this.#deps.now() - PEOPLE_HISTORY_KEEP_MS);
    });
  }

  async decide(userId: UserId, asked: PeopleCommand): Promise<PeopleOutcome> {
    const parsed = PeopleCommand.safeParse(asked);
    if (!parsed.success) return { kind: "invalid", pointer: "", detail: "The command is not one of ours." };
    const command = parsed.data;
    const outcome = await this.#inTurn(userId, async (before) => {
      const decided = await decide(
        {
          db: this.#deps.db,
          now: this.#deps.now,
          newId: uuidv7,
          open: async (fresh) => {
            const opened = fresh ? await this.#keeper.open(userId, true) : before;
            return opened === null ? null : { opened, owner: this.#keeper.ownerOf(opened) };
          },
          learn: (opened, faceIds) => this.#keeper.learnFaces(opened, faceIds),
          report: (photos) => this.#deps.progress.report({ userId, photos: photos.map(toReport), batches: [] }),
        },
        userId,
        command,
      );
      if (decided.kind === "done") await this.#follow(userId, command.command);
      return decided;
    });
    return outcome ?? { kind: "recognition-off" };
  }

  /** What a decision leads to. It is written, and answered so, although this should fail: a reconcile finds what is missed here. */
  async #follow(userId: UserId, command: PeopleCommand["command"]): Promise<void> {
    try {
      const opened = await this.#keeper.open(userId);
      if (opened === null) return;
      const drawn = command.kind === "draw" ? (opened.library.face(command.face)?.slot ?? null) : null;
      await this.#noteChanges(opened, 1 + (drawn === null ? 0 : await this.#keeper.place(opened, [drawn])));
    } catch (cause) {
      log("warn", "people-decision-not-followed", { cause: errorText(cause) });
    }
  }

  async suggestions(userId: UserId, limit: number): Promise<{ items: SuggestionIds[]; total: number }> {
    const found = await this.#inTurn(userId, async (opened) => {
      const { version } = opened.library;
      const known = this.#suggested.get(opened);
      const items =
        known?.version === version ? known.items : suggest(opened.library, () => this.#keeper.newStore(opened));
      this.#suggested.set(opened, { version, items });
      return { items: items.slice(0, limit), total: items.length };
    });
    return found ?? { items: [], total: 0 };
  }

  async guess(userId: UserId, faces: readonly FaceId[]): Promise<FaceGuess[]> {
    const found = await this.#inTurn(userId, async ({ library }) =>
      faces.flatMap((id) => {
        const face = library.face(id);
        const guess = face === null ? null : guessPerson(library, face);
        if (guess === null) return [];
        const likelihood = likelihoodOf(guess.score, library.rules);
        return { face: id, person: guess.person.id as FaceGuess["person"], likelihood };
      }),
    );
    return found ?? [];
  }

  async similar(userId: UserId, face: FaceId, limit: number): Promise<FaceMatch[]> {
    const found = await this.#inTurn(userId, async ({ library }) => {
      const known = library.face(face);
      return known === null ? [] : facesLikeFace(library, known, limit);
    });
    return found ?? [];
  }

  async search(userId: UserId, asked: VectorSearch): Promise<FaceMatch[]> {
    const { modelId, vector, limit } = VectorSearch.parse(asked);
    const found = await this.#inTurn(userId, async (opened) => {
      // Vectors of two models are never compared.
      if (opened.modelId !== modelId || vector.length !== opened.library.index.dimensions) return [];
      return facesLikeVector(opened.library, vector, limit);
    });
    return found ?? [];
  }

  withdraw(userId: UserId): Promise<{ isDone: boolean }> {
    return withdraw(this.#withdrawDeps(), userId);
  }

  /** A deletion that is not through comes before everything else an alarm may be for. */
  override async alarm(): Promise<void> {
    const withdrawing = await this.ctx.storage.get<string>(WITHDRAWING);
    if (withdrawing !== undefined) return await goOnWithdrawing(this.#withdrawDeps(), withdrawing);
    const userId = await this.ctx.storage.get<UserId>(GROUPING);
    if (userId === undefined) return;
    await this.#inTurn(userId, async (opened) => {
      await this.#keeper.recluster(opened);
      this.#changesSinceGrouping = 0;
      // Within the turn: what is asked for from here on is asked for anew, and is not to be forgotten.
      await this.ctx.storage.delete(GROUPING);
    });
  }

  /** After a quiet while the order in which faces came is forgotten; what humans decided is not. */
  async #noteChanges({ userId, library }: OpenLibrary, count: number): Promise<void> {
    this.#changesSinceGrouping += count;
    const { least, share01 } = RECLUSTER_CHANGES;
    if (this.#changesSinceGrouping < Math.max(least, share01 * library.faceCount)) return;
    const { storage } = this.ctx;
    if ((await storage.get(WITHDRAWING)) !== undefined) return;
    // Although an alarm is set: it may be of a wish that another alarm has granted already.
    await storage.put(GROUPING, userId);
    if ((await storage.getAlarm()) === null) await storage.setAlarm(this.#deps.now() + RECLUSTER_AFTER_MS);
  }

  /**
   * One after the other: awaiting D1 lets other calls in, and two that think at once would each be wrong about the other.
   * @returns null without consent
   */
  async #inTurn<Result>(userId: UserId, work: (opened: OpenLibrary) => Promise<Result>): Promise<Result | null> {
    const result = this.#turn.then(async () => {
      const opened = await this.#keeper.open(userId);
      return opened === null ? null : await work(opened);
    });
    this.#turn = result.catch((cause) => log("warn", "people-index-failed", { cause: errorText(cause) }));
    return await result;
  }

  async erase(): Promise<void> {
    this.#keeper.forget();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #withdrawDeps(): WithdrawDeps {
    const { storage } = this.ctx;
    return {
      ...this.#deps,
      forget: () => this.#keeper.forget(),
      async remindMe(userId, afterMs) {
        await storage.put(WITHDRAWING, userId);
        await storage.setAlarm(Date.now() + afterMs);
      },
      async settle() {
        await storage.deleteAlarm();
        await storage.deleteAll();
      },
    };
  }
}
