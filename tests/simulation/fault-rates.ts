// How bad the weather is. Rates are 0–1 per operation, except `crash`, which is per step of a process.

export interface FaultRates {
  /** A D1 call fails before it does anything. */
  readonly databaseError: number;
  /** A D1 call commits, and its answer is lost. */
  readonly ambiguousCommit: number;
  /** An R2 call fails before it does anything. */
  readonly storageError: number;
  /** An R2 write happens, and its answer is lost. */
  readonly ambiguousWrite: number;
  readonly sendError: number;
  /** The queue took the message, and the sender does not know. */
  readonly ambiguousSend: number;
  /** The isolate of a process dies, just before or just after an operation. */
  readonly crash: number;
  readonly eventLoss: number;
  readonly eventDuplicate: number;
  readonly reportLoss: number;
  readonly reportDuplicate: number;
  /** A message is delivered although it stays in the queue. */
  readonly deliveryDuplicate: number;
  /** The answer to a client is lost on the way. */
  readonly answerLoss: number;
  /** The bytes of an upload are damaged on the way. */
  readonly damagedBody: number;
  /** What is sent is no image at all. */
  readonly foreignBody: number;
}

const HEAVY_FAULTS: FaultRates = {
  databaseError: 0.08,
  ambiguousCommit: 0.04,
  storageError: 0.05,
  ambiguousWrite: 0.03,
  sendError: 0.04,
  ambiguousSend: 0.03,
  crash: 0.03,
  eventLoss: 0.1,
  eventDuplicate: 0.15,
  reportLoss: 0.15,
  reportDuplicate: 0.15,
  deliveryDuplicate: 0.1,
  answerLoss: 0.04,
  damagedBody: 0.03,
  foreignBody: 0.05,
};

export const NO_FAULTS = scaledFaults(0);

/** Heavy faults times a factor. Light weather lets more photos get far, where other races live. */
export function scaledFaults(factor: number): FaultRates {
  return Object.fromEntries(
    Object.entries(HEAVY_FAULTS).map(([name, rate]) => [name, rate * factor]),
  ) as unknown as FaultRates;
}
