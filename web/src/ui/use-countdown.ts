// Seconds until a moment, counted down while somebody looks. 0 when it has come, or there is none.
import { useEffect, useState } from "react";

export function useCountdown(untilMs: number | null): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  const left = untilMs === null ? 0 : Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
  const isRunning = untilMs !== null && untilMs > nowMs;
  useEffect(() => {
    setNowMs(Date.now());
    if (untilMs === null || !isRunning) return;
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [untilMs, isRunning]);
  return left;
}
