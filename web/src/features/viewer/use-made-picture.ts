// A picture made on the server, asked for once the choices have settled: the picture itself, and how large it came out.
import { useEffect, useState } from "react";
import { ApiError, NetworkError, parseProblem, parseRetryAfterMs } from "../../api.ts";

export interface MadePicture {
  /** Address of the bytes in this page; null until the first came. The last one stays while the next is made. */
  readonly src: string | null;
  readonly bytes: number | null;
  readonly isMaking: boolean;
  readonly error: unknown;
}

/** Choices still change: each would have to be made. */
const SETTLE_MS = 350;
const NOTHING: MadePicture = { src: null, bytes: null, isMaking: true, error: null };

/** @param path below our own origin; null asks for nothing. `attempt` asks again. */
export function useMadePicture(path: string | null, attempt: number): MadePicture {
  const [made, setMade] = useState<MadePicture>(NOTHING);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another request
  useEffect(() => {
    if (path === null) return setMade(NOTHING);
    const gone = new AbortController();
    setMade((held) => ({ ...held, isMaking: true, error: null }));
    const timer = setTimeout(() => {
      fetchPicture(path, gone.signal).then(
        (blob) => {
          if (!gone.signal.aborted)
            setMade({ src: URL.createObjectURL(blob), bytes: blob.size, isMaking: false, error: null });
        },
        (error: unknown) => {
          if (!gone.signal.aborted) setMade((held) => ({ ...held, bytes: null, isMaking: false, error }));
        },
      );
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [path, attempt]);

  const { src } = made;
  useEffect(
    () => () => {
      if (src !== null) URL.revokeObjectURL(src);
    },
    [src],
  );
  return made;
}

async function fetchPicture(path: string, signal: AbortSignal): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", signal });
  } catch (cause) {
    throw new NetworkError("The server could not be reached", { cause });
  }
  if (response.ok) return response.blob();
  const problem = parseProblem(await response.text());
  throw new ApiError(response.status, problem, parseRetryAfterMs(response.headers.get("retry-after"), Date.now()));
}
