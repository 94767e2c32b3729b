// R2: the only file that spells a key. Originals are immutable per generation and written create-only.
import { AppError } from "../contracts/errors.ts";
import { FaceId, PhotoId, UserId } from "../contracts/ids.ts";
import { R2_DELETE_MAX_KEYS, RENDITION_WIDTHS, SWEEP_PAGE_OBJECTS } from "../contracts/limits.ts";

export const ORIGINALS_PREFIX = "originals/";
export const DERIVED_PREFIX = "derived/";
export const FACE_CROPS_PREFIX = "crops/";
export const FACE_KEYS_PREFIX = "keys/";

export interface ObjectOwner {
  readonly userId: string;
  readonly photoId: string;
  readonly gen: number;
}

export function originalKey({ userId, photoId, gen }: ObjectOwner): string {
  return `${ORIGINALS_PREFIX}${userId}/${photoId}/${gen}`;
}

export function renditionKey({ userId, photoId, gen }: ObjectOwner, widthPx: number): string {
  return `${DERIVED_PREFIX}${userId}/${photoId}/${gen}/w${widthPx}.jpg`;
}

/** Made on request: a photo may have none, one or all of them. */
export function webpKey({ userId, photoId, gen }: ObjectOwner, widthPx: number): string {
  return `${DERIVED_PREFIX}${userId}/${photoId}/${gen}/w${widthPx}.webp`;
}

/** A picture made of a photo on request, by the SHA-256 (hex) of all that decides about it. */
export function renderKey({ userId, photoId, gen }: ObjectOwner, digest: string, extension: string): string {
  return `${DERIVED_PREFIX}${userId}/${photoId}/${gen}/t-${digest}.${extension}`;
}

/** Those every finished photo has. */
export function renditionKeys(owner: ObjectOwner): string[] {
  return RENDITION_WIDTHS.map((widthPx) => renditionKey(owner, widthPx));
}

/**
 * Pieces of a file on their way (resumable uploads), until the original is written. They lie among what is derived, so that the
 * photo's end, its account's and the sweep take them along.
 */
export function uploadPiecesPrefix({ userId, photoId, gen }: ObjectOwner): string {
  return `${DERIVED_PREFIX}${userId}/${photoId}/${gen}/upload/`;
}

export function isUploadPiece(key: string): boolean {
  return key.startsWith(DERIVED_PREFIX) && key.split("/")[4] === "upload";
}

/** @param writer whoever writes it, and nobody else: a writer that was overtaken cannot touch what others wrote */
export function uploadPieceKey(owner: ObjectOwner, startBytes: number, writer: string): string {
  return `${uploadPiecesPrefix(owner)}${startBytes}-${writer}`;
}

/** A face cut out of its photo, made when it is first looked at. */
export function faceCropKey({ userId, photoId, gen }: ObjectOwner, faceId: string): string {
  return `${FACE_CROPS_PREFIX}${userId}/${photoId}/${gen}/${faceId}.jpg`;
}

/** Every face crop of a user. */
export function faceCropsPrefix(userId: string): string {
  return `${FACE_CROPS_PREFIX}${userId}/`;
}

/** The wrapped key a user's face vectors are under, while the user's epoch is this one. */
export function faceVectorsKey({ userId, epoch }: { readonly userId: string; readonly epoch: number }): string {
  return `${faceKeysPrefix(userId)}face-vectors-${epoch}`;
}

/** Every key of a user. */
export function faceKeysPrefix(userId: string): string {
  return `${FACE_KEYS_PREFIX}${userId}/`;
}

/** Whose key, and of which epoch; null for anything else. */
export function vaultOfKey(key: string): { userId: UserId; epoch: number } | null {
  const [prefix, userId, name, ...rest] = key.split("/");
  const user = UserId.safeParse(userId);
  const epoch = /^face-vectors-(\d{1,15})$/.exec(name ?? "")?.[1];
  if (`${prefix}/` !== FACE_KEYS_PREFIX || rest.length > 0 || !user.success || epoch === undefined) return null;
  return { userId: user.data, epoch: Number(epoch) };
}

/** The face a crop shows, and whose it is; null for anything else. */
export function faceOfCropKey(key: string): { userId: UserId; faceId: FaceId } | null {
  const [prefix, userId, , , name] = key.split("/");
  const user = UserId.safeParse(userId);
  const face = FaceId.safeParse(name?.replace(/\.jpg$/, ""));
  if (`${prefix}/` !== FACE_CROPS_PREFIX || !user.success || !face.success) return null;
  return { userId: user.data, faceId: face.data };
}

export function modelKey(sha256: string): string {
  return `models/${sha256}.onnx`;
}

/** The owner named by an original's or a derivative's key; null for anything else. */
export function ownerOfKey(key: string): ObjectOwner | null {
  const [prefix, userId, photoId, gen] = key.split("/");
  if (`${prefix}/` !== ORIGINALS_PREFIX && `${prefix}/` !== DERIVED_PREFIX) return null;
  const user = UserId.safeParse(userId);
  const photo = PhotoId.safeParse(photoId);
  const generation = /^[1-9]\d{0,8}$/.test(gen ?? "") ? Number(gen) : null;
  return user.success && photo.success && generation !== null
    ? { userId: user.data, photoId: photo.data, gen: generation }
    : null;
}

/** What an original carries with it, so that a lost row can be made again. */
export interface OriginalMetadata {
  readonly filename: string;
  readonly mime: string;
}

export type PutOriginal =
  | { readonly kind: "stored"; readonly object: R2Object }
  | { readonly kind: "exists"; readonly object: R2Object };

/**
 * Streams an original into R2, create-only, with the digest checked by R2 itself.
 * @throws AppError digest-mismatch, body-truncated or storage-unavailable; nothing is stored then
 */
export async function putOriginal(
  bucket: R2Bucket,
  owner: ObjectOwner,
  body: ReadableStream<Uint8Array> | ArrayBuffer | Uint8Array,
  sha256: string,
  metadata: OriginalMetadata,
): Promise<PutOriginal> {
  const key = originalKey(owner);
  let object: R2Object | null;
  try {
    object = await bucket.put(key, body, {
      onlyIf: { etagDoesNotMatch: "*" },
      sha256,
      httpMetadata: { contentType: metadata.mime },
      customMetadata: {
        filename: encodeURIComponent(metadata.filename).slice(0, METADATA_MAX_CHARS),
        mime: metadata.mime,
      },
    });
  } catch (cause) {
    throw explainPutFailure(cause);
  }
  if (object !== null) return { kind: "stored", object };
  const existing = await bucket.head(key);
  if (existing === null)
    throw new AppError("storage-unavailable", "The bytes could not be written just now; nothing was stored.");
  return { kind: "exists", object: existing };
}

/** R2 keeps at most 8,192 bytes of metadata per object. */
const METADATA_MAX_CHARS = 4096;

function explainPutFailure(cause: unknown): AppError {
  const text = String(cause);
  if (/checksum|sha-?256|digest/i.test(text)) {
    return new AppError(
      "digest-mismatch",
      "The SHA-256 of the bytes received is not the one declared; nothing was stored.",
      { cause },
    );
  }
  if (/FixedLengthStream|did not receive|Content-Length|length|disconnected|closed/i.test(text)) {
    return new AppError("body-truncated", "The body was not as long as Content-Length said; nothing was stored.", {
      cause,
    });
  }
  return new AppError("storage-unavailable", "The bytes could not be written just now; nothing was stored.", { cause });
}

/** SHA-256 in hex that R2 verified when the object was written; null for multipart objects, which carry none. */
export function sha256Of(object: R2Object): string | null {
  const digest = object.checksums.sha256;
  return digest === undefined ? null : hex(new Uint8Array(digest));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function metadataOf(object: R2Object): OriginalMetadata {
  const { filename, mime } = object.customMetadata ?? {};
  return {
    filename: decodeName(filename) ?? "recovered",
    mime: mime ?? object.httpMetadata?.contentType ?? "application/octet-stream",
  };
}

function decodeName(encoded: string | undefined): string | null {
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded; // cut in the middle of an escape
  }
}

export async function putRendition(
  bucket: R2Bucket,
  owner: ObjectOwner,
  widthPx: number,
  bytes: Uint8Array,
): Promise<void> {
  await bucket.put(renditionKey(owner, widthPx), bytes, { httpMetadata: { contentType: "image/jpeg" } });
}

export async function putFaceCrop(
  bucket: R2Bucket,
  owner: ObjectOwner,
  faceId: string,
  bytes: Uint8Array,
): Promise<void> {
  await bucket.put(faceCropKey(owner, faceId), bytes, { httpMetadata: { contentType: "image/jpeg" } });
}

/** An object as whoever decodes it wants it. @throws Error when it is not there, which may change */
export async function openStored(
  bucket: R2Bucket,
  key: string,
): Promise<{ sizeBytes: number; open: () => Promise<ReadableStream<Uint8Array>> }> {
  const object = await bucket.get(key);
  if (object === null) throw new Error(`${key} is not in storage`);
  return { sizeBytes: object.size, open: async () => object.body };
}

export async function putWebp(bucket: R2Bucket, owner: ObjectOwner, widthPx: number, bytes: Uint8Array): Promise<void> {
  await bucket.put(webpKey(owner, widthPx), bytes, { httpMetadata: { contentType: "image/webp" } });
}

/**
 * Removes every object of a photo, of all generations: bytes, renditions, face crops. Safe to repeat, and a page at a time: cut off
 * on the way, it has fewer to remove the next time.
 */
export async function deletePhotoObjects(bucket: R2Bucket, userId: string, photoId: string): Promise<number> {
  let deleted = 0;
  for (const prefix of [ORIGINALS_PREFIX, DERIVED_PREFIX, FACE_CROPS_PREFIX]) {
    for await (const keys of keyPages(bucket, `${prefix}${userId}/${photoId}/`))
      deleted += await deleteKeys(bucket, keys);
  }
  return deleted;
}

export async function deleteKeys(bucket: R2Bucket, keys: readonly string[]): Promise<number> {
  for (let start = 0; start < keys.length; start += R2_DELETE_MAX_KEYS) {
    await bucket.delete(keys.slice(start, start + R2_DELETE_MAX_KEYS));
  }
  return keys.length;
}

/** All keys under a prefix. */
export async function listKeys(bucket: R2Bucket, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of keyPages(bucket, prefix)) keys.push(...page);
  return keys;
}

/** R2 may return fewer than asked for: only `truncated` says whether there are more. What a page named may go before the next. */
async function* keyPages(bucket: R2Bucket, prefix: string): AsyncGenerator<string[]> {
  let cursor: string | undefined;
  for (;;) {
    const page = await bucket.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
    yield page.objects.map((object) => object.key);
    if (!page.truncated) return;
    cursor = page.cursor;
  }
}

/** One page of a prefix in key order, after `startAfter`. */
export async function listAfter(
  bucket: R2Bucket,
  prefix: string,
  startAfter: string | null,
): Promise<{ objects: R2Object[]; truncated: boolean }> {
  const page = await bucket.list({
    prefix,
    limit: SWEEP_PAGE_OBJECTS,
    include: ["customMetadata", "httpMetadata"],
    ...(startAfter === null ? {} : { startAfter }),
  } as R2ListOptions);
  return { objects: page.objects, truncated: page.truncated };
}
