// A person's word about face recognition: what it is, yes, and no. The word is recorded first, in one transaction; what
// follows from it (indexing what waited, deleting what is there) may be interrupted anywhere and is picked up by the sweep.
import { type DeleteFaceDataDeps, deleteFaceData } from "../../shared/adapters/delete-face-data.ts";
import { destroyVaults } from "../../shared/adapters/face-vault.ts";
import { errorText, log } from "../../shared/adapters/log.ts";
import { faceCropsPrefix, faceKeysPrefix } from "../../shared/adapters/objects.ts";
import { peopleIndexOf } from "../../shared/adapters/people-index.ts";
import { FACE_CONSENT_VERSION, type FaceConsent, mayRecognise, mustForget } from "../../shared/contracts/consent.ts";
import { AppError } from "../../shared/contracts/errors.ts";
import type { UserId } from "../../shared/contracts/ids.ts";
import {
  type ConsentRow,
  countFaceData,
  type Decision,
  readConsent,
  recordGrant,
  recordVersion,
  recordWithdrawal,
} from "../../shared/db/consent/consent-statements.ts";
import { readWithdrawn } from "../../shared/db/consent/deletion-statements.ts";
import type { GatewayDeps } from "./deps.ts";
import { type WakeDeps, wakePhotos } from "./wake-waiting.ts";

export type ConsentDeps = Pick<GatewayDeps, "bucket" | "people" | "recognitionModel"> & WakeDeps;

/** Pages of waiting photos one yes wakes by itself: 20,000 photos. The sweep goes on with the rest. */
const WAKE_PAGES = 40;

export async function getConsent(deps: ConsentDeps, userId: UserId): Promise<FaceConsent> {
  const preset = deps.variables.facePreset;
  const [{ state, decidedAt }, counts, recognition] = await Promise.all([
    existing(deps, userId),
    countFaceData(deps.db, userId),
    deps.recognitionModel(),
  ]);
  return {
    state,
    effective: mayRecognise(state, preset),
    preset,
    version: FACE_CONSENT_VERSION,
    ask: state === "unset" && preset === "ask",
    decidedAt: decidedAt === null ? null : new Date(decidedAt).toISOString(),
    recognition: recognition !== null,
    stored: { faces: counts.faces, people: counts.people, vectors: counts.vectors },
    photosWaiting: counts.photosWaiting,
    photosIndexing: counts.photosIndexing,
    isDeleting: mustForget(state, preset) && (counts.isLeft !== 0 || (await hasObjects(deps.bucket, userId))),
  };
}

/**
 * Yes. Idempotent; `event` is recorded with a change of the state. What an earlier no has left is deleted before the new time begins.
 * @throws AppError invalid-request for another sentence than the current one, recognition-unavailable, face-data-deleting
 */
export async function grantConsent(
  deps: ConsentDeps,
  userId: UserId,
  version: number,
  event: D1PreparedStatement | null = null,
): Promise<void> {
  if (version !== FACE_CONSENT_VERSION)
    throw new AppError(
      "invalid-request",
      `Version ${version} is not the sentence in force, which is ${FACE_CONSENT_VERSION}; show that one and ask again.`,
      { errors: [{ pointer: "/version", message: `must be ${FACE_CONSENT_VERSION}` }] },
    );
  const preset = deps.variables.facePreset;
  if (preset === "off")
    throw new AppError("recognition-unavailable", "The operator has switched face recognition off.");
  const before = await existing(deps, userId);
  const decision = decisionOf(deps, version);
  if (before.state === "granted") {
    if (before.decidedVersion !== version) await recordVersion(deps.db, userId, decision, deps.now());
    return;
  }
  if (mustForget(before.state, preset)) await deleteFaceData(deletionDeps(deps), userId);
  if ((await recordGrant(deps.db, preset, userId, before, decision, deps.now(), event)) !== null) return;
  // Somebody else was first: with the same word, or with the opposite one, or their deletion is not through.
  if ((await existing(deps, userId)).state !== "granted")
    throw new AppError("face-data-deleting", "What was stored before is still being deleted; nothing has changed.");
}

/** After a yes: everything that was passed over is indexed. */
export async function followGrant(deps: ConsentDeps, userId: UserId): Promise<void> {
  await wakePhotos(deps, userId, WAKE_PAGES);
}

/** No. Idempotent; `event` is recorded with a change. When it returns, no attempt begun before can write, and every vector is unreadable for good. */
export async function withdrawConsent(
  deps: ConsentDeps,
  userId: UserId,
  event: D1PreparedStatement | null = null,
): Promise<void> {
  await existing(deps, userId);
  await recordWithdrawal(deps.db, userId, decisionOf(deps, FACE_CONSENT_VERSION), deps.now(), event);
  const withdrawn = await readWithdrawn(deps.db, deps.variables.facePreset, userId);
  if (withdrawn !== null) await destroyVaults(deps.bucket, withdrawn);
}

/** After a no: everything is deleted. The people index forgets and drives the pages; should it not answer, they are driven here. */
export async function followWithdrawal(deps: ConsentDeps, userId: UserId): Promise<void> {
  try {
    await peopleIndexOf(deps.people, userId).withdraw(userId);
  } catch (cause) {
    log("warn", "withdrawal-not-taken", { user: userId, cause: errorText(cause) });
    await deleteFaceData(deletionDeps(deps), userId);
  }
}

export function deletionDeps(
  deps: Pick<ConsentDeps, "db" | "bucket" | "progress" | "now" | "variables">,
): DeleteFaceDataDeps {
  return { ...deps, preset: deps.variables.facePreset };
}

function decisionOf({ newId }: Pick<ConsentDeps, "newId">, version: number): Decision {
  return { recordId: newId(), version, source: "user" };
}

async function existing({ db }: Pick<ConsentDeps, "db">, userId: UserId): Promise<ConsentRow> {
  const row = await readConsent(db, userId);
  if (row === null) throw new AppError("not-found", "There is no such user.");
  return row;
}

/** A key or a crop is still in the bucket. */
async function hasObjects(bucket: R2Bucket, userId: string): Promise<boolean> {
  const listings = await Promise.all(
    [faceKeysPrefix(userId), faceCropsPrefix(userId)].map((prefix) => bucket.list({ prefix, limit: 1 })),
  );
  return listings.some(({ objects }) => objects.length > 0);
}
