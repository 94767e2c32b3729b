// What the bench asks of its Worker, and what that answers.

export interface LibraryRequest {
  readonly faces: number;
  readonly identities: number;
  readonly seed: number;
}

/** `take`: a library's photos one after the other. `regroup`: all at once. `face`: single new faces into a full library. */
export type PeopleWork = "take" | "regroup" | "face";

export interface WorkRequest {
  readonly work: PeopleWork;
  /** Of `face`: how many. */
  readonly times: number;
}

export interface WorkAnswer {
  readonly people: number;
  readonly ofNobody: number;
  /** By pairs of faces: of those put together, the share that is one person; of those of one person, the share put together. */
  readonly precision01: number;
  readonly recall01: number;
  /** Of the vectors. */
  readonly memoryBytes: number;
}
