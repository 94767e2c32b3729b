// One attempt at a time to get in: busy, in trouble, or through.
import { useCallback, useRef, useState } from "react";
import { enter } from "../../queries/session.ts";
import { useCountdown } from "../../ui/use-countdown.ts";
import { type Trouble, waitUntil } from "./sign-in-problem.tsx";

export interface Attempts {
  readonly isBusy: boolean;
  /** Seconds until the server takes another attempt of the way that was tried last. */
  readonly waitSeconds: number;
  readonly trouble: Trouble | null;
  /** `attempt` ends with the session's cookie set, or answers "nobody". Answers whether it went well. */
  run(attempt: () => Promise<unknown>, refused: Trouble["refused"]): Promise<boolean>;
  clear(): void;
}

export function useSignIn(): Attempts {
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const isRunning = useRef(false);
  const waitSeconds = useCountdown(waitUntil(trouble));

  const run = useCallback(async (attempt: () => Promise<unknown>, refused: Trouble["refused"]) => {
    if (isRunning.current) return false;
    isRunning.current = true;
    setBusy(true);
    setTrouble(null);
    try {
      if ((await attempt()) !== "nobody") await enter();
      return true;
    } catch (error) {
      setTrouble({ error, at: Date.now(), refused });
      return false;
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setTrouble(null), []);
  return { isBusy, waitSeconds, trouble, run, clear };
}
