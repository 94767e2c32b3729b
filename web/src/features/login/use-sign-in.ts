// One attempt at a time to get in: busy, in trouble, or through.
import { useCallback, useRef, useState } from "react";
import { enter } from "../../queries/session.ts";
import { useCountdown } from "../../ui/use-countdown.ts";
import { type Trouble, waitUntil } from "./sign-in-problem.tsx";

export interface Attempts {
  readonly isBusy: boolean;
  /** Seconds until the server takes another attempt. */
  readonly waitSeconds: number;
  readonly trouble: Trouble | null;
  /** `attempt` ends with the session's cookie set. Answers whether somebody is signed in now. */
  run(attempt: () => Promise<void>, refused: Trouble["refused"]): Promise<boolean>;
  clear(): void;
}

export function useSignIn(): Attempts {
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const isRunning = useRef(false);
  const waitSeconds = useCountdown(waitUntil(trouble));

  const run = useCallback(async (attempt: () => Promise<void>, refused: Trouble["refused"]) => {
    if (isRunning.current) return false;
    isRunning.current = true;
    setBusy(true);
    setTrouble(null);
    try {
      await attempt();
      await enter();
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
