// What the object of one resumable upload answers, and the slice of its namespace the gateway needs.

/** A stretch of the file that lies in storage, under a key nobody else writes to. */
export interface TusPiece {
  /** Offset (bytes) of its first byte in the file. */
  readonly start: number;
  readonly bytes: number;
  readonly key: string;
}

/** Metadata as the client named them at creation (tus 1.0, Upload-Metadata); null for a key without a value. */
export type TusMetadata = Readonly<Record<string, string | null>>;

export interface TusOwner {
  readonly userId: string;
  readonly photoId: string;
}

export interface TusStanding extends TusOwner {
  /** Bytes that are in storage and follow each other from the first on. */
  readonly offset: number;
  readonly metadata: TusMetadata | null;
  /** Time (ms) something last came of it. */
  readonly touchedAt: number;
  /** Its bytes turned out to be those of another photo of the account: that one answers for them. */
  readonly twinId: string | null;
}

/** Every call is one step: nothing of another call comes between what it reads and what it writes. */
export interface TusUploadRpc {
  /** @returns null for an upload nobody began, or that is over */
  standing(): Promise<TusStanding | null>;
  /** @param tendAfterMs when its alarm comes first. Changes nothing where the upload was begun before */
  begin(owner: TusOwner, metadata: TusMetadata | null, nowMs: number, tendAfterMs: number): Promise<void>;
  /** Takes the right to write, or keeps it, for TUS_LEASE_MS. @returns false while somebody else has it */
  lease(token: string, nowMs: number): Promise<boolean>;
  release(token: string): Promise<void>;
  /**
   * Adds pieces that are in storage by now. @returns false, and takes none, unless they go on exactly where the upload stands and
   * nobody else has the right to write: whoever was overtaken learns it here
   */
  commit(token: string, pieces: readonly TusPiece[], nowMs: number): Promise<boolean>;
  /** In the order of the file. */
  pieces(): Promise<TusPiece[]>;
  /** The alarm comes sooner: the file is whole, and somebody must make a photo of it. */
  finishSoon(nowMs: number): Promise<void>;
  /** Forgets the pieces; from now on another photo answers for the bytes. */
  becomeTwin(twinId: string, nowMs: number): Promise<void>;
  /** Forgets everything. */
  forget(): Promise<void>;
}

export interface TusUploadNamespace {
  getByName(name: string): TusUploadRpc;
}

/** Named by whoever is signed in and by the photo: who asks with somebody else's photo id reaches an object that knows nothing. */
export function tusUploadName({ userId, photoId }: TusOwner): string {
  return `${userId}/${photoId}`;
}
