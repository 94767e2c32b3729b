// R2 in memory: create-only puts, checked digests, short list pages, and production's caps.
import { createHash } from "node:crypto";
import { R2_DELETE_MAX_KEYS } from "../../shared/contracts/limits.ts";
import { IllegalCall } from "./fake-d1.ts";
import type { Call } from "./scheduler.ts";

interface StoredObject {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly sha256: Uint8Array | null;
  readonly uploadedAt: number;
  readonly customMetadata: Record<string, string>;
  readonly httpMetadata: Record<string, string>;
  readonly version: number;
}

interface BucketObserver {
  stored(object: StoredObject): void;
  removed(keys: readonly string[]): void;
}

const KEY_MAX_BYTES = 1024;
const LIST_MAX_KEYS = 1000;

export class FakeBucket {
  readonly objects = new Map<string, StoredObject>();
  observer: BucketObserver | null = null;
  readonly #now: () => number;
  /** R2 may return fewer objects than asked for. */
  readonly #pageLimit: (asked: number) => number;
  #version = 0;

  constructor(now: () => number, pageLimit: (asked: number) => number) {
    this.#now = now;
    this.#pageLimit = pageLimit;
  }

  binding(call: Call): R2Bucket {
    return {
      put: (key: string, value: Uint8Array, options: R2PutOptions = {}) =>
        call(
          "r2-write",
          () => `put ${key}`,
          () => this.#put(key, value, options),
        ),
      get: (key: string) =>
        call(
          "r2-read",
          () => `get ${key}`,
          () => withBody(this.objects.get(key)),
        ),
      head: (key: string) =>
        call(
          "r2-read",
          () => `head ${key}`,
          () => toR2Object(this.objects.get(key)),
        ),
      delete: (keys: string | string[]) =>
        call(
          "r2-write",
          () => `delete ${keys}`,
          () => this.#delete([keys].flat()),
        ),
      list: (options: R2ListOptions & { startAfter?: string }) =>
        call(
          "r2-read",
          () => `list ${options.prefix}`,
          () => this.#list(options),
        ),
    } as unknown as R2Bucket;
  }

  #put(key: string, value: Uint8Array, options: R2PutOptions): R2Object | null {
    if (key.length > KEY_MAX_BYTES) throw new IllegalCall(`a key of ${key.length} bytes`);
    const createOnly = (options.onlyIf as R2Conditional | undefined)?.etagDoesNotMatch === "*";
    if (createOnly && this.objects.has(key)) return null;
    const declared = options.sha256 as string | undefined;
    const sha256 = declared === undefined ? null : sha256Bytes(value);
    if (sha256 !== null && sha256.toString("hex") !== declared)
      throw new Error("put: The SHA-256 checksum you specified did not match");
    const object: StoredObject = {
      key,
      bytes: value,
      sha256,
      uploadedAt: this.#now(),
      customMetadata: options.customMetadata ?? {},
      httpMetadata: (options.httpMetadata as Record<string, string> | undefined) ?? {},
      version: ++this.#version,
    };
    this.objects.set(key, object);
    this.observer?.stored(object);
    return toR2Object(object);
  }

  #delete(keys: readonly string[]): void {
    if (keys.length > R2_DELETE_MAX_KEYS) throw new IllegalCall(`a delete of ${keys.length} keys`);
    for (const key of keys) this.objects.delete(key);
    this.observer?.removed(keys);
  }

  #list({
    prefix = "",
    limit = LIST_MAX_KEYS,
    cursor,
    startAfter,
  }: R2ListOptions & { startAfter?: string }): R2Objects {
    if (limit > LIST_MAX_KEYS) throw new IllegalCall(`a list of ${limit} keys`);
    const after = cursor ?? startAfter ?? "";
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const shown = keys.slice(0, this.#pageLimit(limit));
    const truncated = shown.length < keys.length;
    return {
      objects: shown.map((key) => toR2Object(this.objects.get(key))),
      truncated,
      ...(truncated ? { cursor: shown.at(-1) } : {}),
      delimitedPrefixes: [],
    } as unknown as R2Objects;
  }
}

const digests = new Map<string, Buffer>();

function sha256Bytes(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes).toString("latin1");
  let digest = digests.get(text);
  if (digest === undefined) {
    digest = createHash("sha256").update(bytes).digest();
    if (digests.size < 10_000) digests.set(text, digest);
  }
  return digest;
}

export function sha256HexOf(bytes: Uint8Array): string {
  return sha256Bytes(bytes).toString("hex");
}

function toR2Object(object: StoredObject | undefined): R2Object | null {
  if (object === undefined) return null;
  return {
    key: object.key,
    size: object.bytes.byteLength,
    etag: `etag-${object.version}`,
    version: String(object.version),
    uploaded: new Date(object.uploadedAt),
    checksums: object.sha256 === null ? {} : { sha256: new Uint8Array(object.sha256).buffer },
    customMetadata: object.customMetadata,
    httpMetadata: object.httpMetadata,
  } as unknown as R2Object;
}

/** The body is the bytes themselves: the fake codecs are the only readers, and web streams would cost more than the rest. */
function withBody(object: StoredObject | undefined): R2ObjectBody | null {
  if (object === undefined) return null;
  const { bytes } = object;
  return Object.assign(toR2Object(object) as R2Object, {
    body: bytes,
    arrayBuffer: async () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  }) as unknown as R2ObjectBody;
}
