// A stack that is SIGKILLed again and again: node, workerd and all, on the same state and port. What survives is what
// was really stored. `npm run stack -- --kill-every S` and the chaos run are its two users.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { seededRandom } from "./seeded-random.ts";

/** The line a stack prints when it is ready. */
interface Announcement {
  readonly url: string;
  readonly apiKey: string;
  readonly signInUrl: string;
  readonly users: readonly { readonly id: string; readonly name: string; readonly apiKey: string }[];
  readonly pid: number;
}

export interface KilledStackOptions {
  /** Flags of `local/stack.ts`, without --kill-every. */
  readonly argv: readonly string[];
  /** Mean time (s) from readiness to the next SIGKILL, uniform between half and one and a half of it; 0 never kills. */
  readonly everySeconds: number;
  readonly random: () => number;
  /** Flags of the life after the last kill, for instance without faults; absent, the current life just goes on. */
  readonly lastLife?: readonly string[];
  readonly onKill?: (kills: number) => void;
}

export interface KilledStack {
  /** Of the first start; its URL and keys stay valid through every restart. */
  readonly announcement: Announcement;
  readonly kills: () => number;
  /** Monotonic time (ms) of the last SIGKILL; null before the first. */
  readonly lastKillAtMs: () => number | null;
  /** Lets the stack live from now on, after one more kill where `lastLife` is given; resolves when it answers. */
  stopKilling(): Promise<void>;
  /** SIGTERM, then SIGKILL for whatever is left of the group. */
  close(): Promise<void>;
}

const STACK = join(import.meta.dirname, "stack.ts");
/** One start in so many is killed before it is ready: migrations and the restart sweep must survive that as well. */
const EARLY_KILL_ONE_IN = 6;
/** Longest early life (ms). A start takes a few seconds. */
const EARLY_LIFE_MS = 4000;
/** Starts that may end by themselves in a row before the supervisor gives up. */
const FAILED_STARTS_MAX = 3;
/** Time (ms) a stack gets to stop by itself. */
const STOP_WITHIN_MS = 5000;

export async function startKilledStack(options: KilledStackOptions): Promise<KilledStack> {
  const port = portOf(options.argv) ?? String(await freePort());
  const onPort = (flags: readonly string[]): string[] => [...without(flags, ["--port"]), "--port", port];
  const argv = onPort(options.argv);
  const supervisor = new Supervisor({
    ...options,
    argv,
    ...(options.lastLife === undefined ? {} : { lastLife: onPort(options.lastLife) }),
  });
  process.once("exit", supervisor.killGroup);
  try {
    const announcement = await supervisor.start(argv);
    return {
      announcement: { ...announcement, pid: process.pid },
      kills: () => supervisor.kills,
      lastKillAtMs: () => supervisor.lastKillAtMs,
      stopKilling: () => supervisor.stopKilling(),
      close: () => supervisor.close(),
    };
  } catch (cause) {
    await supervisor.close();
    throw cause;
  }
}

class Supervisor {
  kills = 0;
  lastKillAtMs: number | null = null;
  readonly #options: KilledStackOptions;
  #laterArgv: readonly string[];
  #child: ChildProcess | null = null;
  #isKilling: boolean;
  #isClosed = false;
  /** The end that is coming is ours. */
  #isExecuted = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #ready: Promise<unknown> = Promise.resolve();
  #failedStarts = 0;

  constructor(options: KilledStackOptions) {
    this.#options = options;
    this.#isKilling = options.everySeconds > 0;
    this.#laterArgv = laterFlags(options.argv);
  }

  start(argv: readonly string[]): Promise<Announcement> {
    const child = spawn(process.execPath, [STACK, ...argv], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    const announced = new Promise<Announcement>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line) as Announcement));
      child.once("exit", () => reject(new Error("the stack ended before it was ready")));
    });
    this.#ready = announced;
    announced.then(
      () => {
        this.#failedStarts = 0;
        if (this.#isKilling) this.#killAfter(this.#options.everySeconds * 1000 * (0.5 + this.#options.random()));
      },
      () => {},
    );
    child.once("exit", () => this.#startAgain());
    return announced;
  }

  /** Sends SIGKILL to the whole group: a workerd that outlives its node would keep the port and the state. */
  readonly killGroup = (signal: NodeJS.Signals | number = "SIGKILL"): void => {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, typeof signal === "string" ? signal : "SIGKILL");
    } catch {
      // the group has already ended
    }
  };

  async stopKilling(): Promise<void> {
    this.#isKilling = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#options.lastLife !== undefined) {
      this.#laterArgv = laterFlags(this.#options.lastLife);
      // A child that has just died is followed by one that has the old flags: that one goes instead.
      await this.#ready.catch(() => {});
      const born = this.#ready;
      this.#kill();
      while (this.#ready === born) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // A start that was doomed already is followed by one that is not.
    for (;;) {
      const ready = this.#ready;
      await ready.catch(() => {});
      if (this.#isClosed) return;
      // A child that was killed a moment ago still looks ready until its end has been noticed.
      if (this.#isExecuted) await new Promise((resolve) => setTimeout(resolve, 10));
      else if (ready === this.#ready) return;
    }
  }

  async close(): Promise<void> {
    this.#isKilling = false;
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      this.killGroup("SIGTERM");
      const timeout = setTimeout(this.killGroup, STOP_WITHIN_MS);
      await ended;
      clearTimeout(timeout);
    }
    this.killGroup();
    process.removeListener("exit", this.killGroup);
  }

  /** At most one execution is planned: readiness replaces an early one that did not come. */
  #killAfter(delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#kill();
    }, delayMs);
  }

  #kill(): void {
    this.#isExecuted = true;
    this.kills++;
    this.lastKillAtMs = performance.now();
    this.killGroup();
    this.#options.onKill?.(this.kills);
  }

  #startAgain(): void {
    if (this.#isClosed) return;
    this.killGroup(); // node may have died alone
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#failedStarts = this.#isExecuted ? 0 : this.#failedStarts + 1;
    this.#isExecuted = false;
    if (this.#failedStarts > FAILED_STARTS_MAX) throw new Error("the stack ends by itself, again and again");
    void this.start(this.#laterArgv).catch(() => {});
    if (this.#isKilling && this.#options.random() * EARLY_KILL_ONE_IN < 1)
      this.#killAfter(this.#options.random() * EARLY_LIFE_MS);
  }
}

/** `npm run stack -- --kill-every S`: prints the first line with the supervisor's pid and runs until it is told to stop. */
export async function superviseKills(argv: string[], everySeconds: number): Promise<void> {
  if (!(everySeconds > 0)) throw new RangeError(`--kill-every wants seconds above 0, not ${everySeconds}`);
  const { values } = parseArgs({ args: argv, strict: false, options: { "kill-seed": { type: "string" } } });
  const seed = Number(values["kill-seed"] ?? Date.now());
  const stack = await startKilledStack({
    argv: without(argv, ["--kill-every", "--kill-seed"]),
    everySeconds,
    random: seededRandom(seed),
    onKill: (kills) => process.stderr.write(`killed ${kills} times (--kill-seed ${seed})\n`),
  });
  process.stdout.write(`${JSON.stringify(stack.announcement)}\n`);
  const stop = async (): Promise<void> => {
    await stack.close();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

/** The state must outlive the kills: only the first start may empty it, or build the browser app. */
function laterFlags(argv: readonly string[]): string[] {
  return [...argv.filter((flag) => flag !== "--fresh" && flag !== "--no-web"), "--no-web"];
}

/** Flags and their values (`--flag value` or `--flag=value`) left out. */
function without(argv: readonly string[], flags: readonly string[]): string[] {
  return argv.filter((argument, i) => {
    const before = argv[i - 1];
    if (flags.includes(argument) || flags.some((flag) => argument.startsWith(`${flag}=`))) return false;
    return before === undefined || !flags.includes(before);
  });
}

function portOf(argv: readonly string[]): string | null {
  const { values } = parseArgs({ args: [...argv], strict: false, options: { port: { type: "string" } } });
  return typeof values.port === "string" && values.port !== "0" ? values.port : null;
}

/** Below the range that outgoing connections take theirs from: a client must not sit on the port while the stack is down. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}
