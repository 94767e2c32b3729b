// Requests as a careful client sends them: what may pass by itself is tried again with backoff, what was refused is not.
import type { Problem } from "../../shared/contracts/errors.ts";

export interface Account {
  readonly url: string;
  readonly apiKey: string;
}

export interface Patience {
  /** After this moment (ms since 1970) a request is given up. */
  readonly deadline: number;
  readonly random: () => number;
  /** Called with the cause of every attempt that will be repeated. */
  readonly onRetry?: (cause: string) => void;
}

/** The server said no, and will say it again. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

/** One attempt may take this long (ms): longer than a 100 MB body on this machine, shorter than a hang. */
const ATTEMPT_MS = 60_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 2000;

/**
 * Repeats until the server answers for good. `read` is part of the attempt: an answer cut off half way is no answer.
 * @throws Refused on a problem that is not retryable; Error when patience ends
 */
export async function patiently<T>(
  account: Account,
  path: string,
  init: RequestInit,
  patience: Patience,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const outcome = await attemptOnce(account, path, init, read);
    if (outcome.kind === "answered") return outcome.value;
    patience.onRetry?.(outcome.cause);
    if (Date.now() > patience.deadline)
      throw new Error(`${init.method ?? "GET"} ${path}: gave up after ${attempt + 1} attempts: ${outcome.cause}`);
    const ceiling = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
    await sleep(ceiling * (0.5 + patience.random() / 2));
  }
}

type Attempt<T> = { readonly kind: "answered"; readonly value: T } | { readonly kind: "again"; readonly cause: string };

async function attemptOnce<T>(
  account: Account,
  path: string,
  init: RequestInit,
  read: (response: Response) => Promise<T>,
): Promise<Attempt<T>> {
  try {
    const response = await fetch(account.url + path, {
      ...init,
      headers: { authorization: `Bearer ${account.apiKey}`, ...init.headers },
      signal: AbortSignal.timeout(ATTEMPT_MS),
    });
    if (response.ok) return { kind: "answered", value: await read(response) };
    const problem = (await response.json()) as Problem;
    if (response.status >= 500 || problem.retryable)
      return { kind: "again", cause: `${response.status} ${problem.code}` };
    throw new Refused(problem);
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
    return { kind: "again", cause: networkCause(cause) };
  }
}

/** "fetch failed" says nothing; its cause says ECONNREFUSED. */
function networkCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = (cause.cause as { code?: string } | undefined)?.code;
  return code ?? cause.name;
}

export const asJson =
  <T>() =>
  async (response: Response): Promise<T> =>
    (await response.json()) as T;

export const asBytes = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
