// Who runs next. Every call of a port waits here; the schedule picks one, executes it in one piece, and lets the code that
// waited for it run until it waits again. Nothing else decides order, so a seed is a schedule.

/** One invocation of a Worker, or a person's client. Dies alone, or with the whole runtime. */
export class Process {
  readonly id: number;
  readonly name: string;
  readonly startedAt: number;
  /** The user on whose behalf it acts; null for the sweep, which acts for the platform. */
  actor: string | null;
  isDead = false;
  /** Outside the platform: no crash and no restart reaches it. */
  readonly isClient: boolean;
  onDeath: (() => void) | null = null;

  constructor(id: number, name: string, actor: string | null, startedAt: number, isClient: boolean) {
    this.id = id;
    this.name = name;
    this.actor = actor;
    this.startedAt = startedAt;
    this.isClient = isClient;
  }
}

export type OperationKind = "d1" | "r2-read" | "r2-write" | "send" | "report" | "rpc" | "pause";

export interface Operation {
  readonly process: Process;
  readonly kind: OperationKind;
  /** For traces. */
  readonly label: () => string;
  readonly execute: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

/** A port's way to the scheduler, bound to one process. */
export type Call = <T>(kind: OperationKind, label: () => string, execute: () => T) => Promise<T>;

const NEVER = new Promise<never>(() => {});

export class Scheduler {
  readonly pending: Operation[] = [];
  readonly processes = new Set<Process>();
  #nextId = 1;

  start(name: string, actor: string | null, now: number, isClient = false): Process {
    const process = new Process(this.#nextId++, name, actor, now, isClient);
    this.processes.add(process);
    return process;
  }

  /** Out of what waits: it is about to be executed. */
  take(operation: Operation): Operation {
    this.pending.splice(this.pending.indexOf(operation), 1);
    return operation;
  }

  /** It has nothing more to do. */
  end(process: Process): void {
    process.isDead = true;
    this.processes.delete(process);
  }

  /** It stops where it is: what it waits for never comes. */
  kill(process: Process): void {
    if (process.isDead) return;
    this.end(process);
    for (let i = this.pending.length - 1; i >= 0; i--)
      if (this.pending[i]?.process === process) this.pending.splice(i, 1);
    process.onDeath?.();
  }

  callsOf(process: Process): Call {
    return <T>(kind: OperationKind, label: () => string, execute: () => T): Promise<T> => {
      if (process.isDead) return NEVER;
      return new Promise<T>((resolve, reject) => {
        this.pending.push({ process, kind, label, execute, resolve: resolve as (value: unknown) => void, reject });
      });
    };
  }
}

/** Lets everything run that does not wait for the scheduler: promise jobs are drained before an immediate fires. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
