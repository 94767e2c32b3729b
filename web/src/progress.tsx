// Hooks over the live progress streams.
import { useEffect, useRef, useSyncExternalStore } from "react";
import type { ProgressState } from "./progress-state.ts";
import { NO_PROGRESS } from "./progress-state.ts";
import { currentProgress, listenToProgress, type ProgressListener } from "./progress-stream.ts";

const nothing = () => {};

/** The live state of one batch, or of everything (`null`). `undefined` listens to nothing. */
export function useProgress(batch: string | null | undefined): ProgressState {
  const subscribe = useRef<{ batch: typeof batch; run: (notify: () => void) => () => void }>(null);
  if (subscribe.current === null || subscribe.current.batch !== batch) {
    const run = (notify: () => void) =>
      batch === undefined ? nothing : listenToProgress(batch, { onState: () => notify() });
    subscribe.current = { batch, run };
  }
  return useSyncExternalStore(subscribe.current.run, () =>
    batch === undefined ? NO_PROGRESS : currentProgress(batch),
  );
}

/** Calls back for every photo change the server tells of, and when some may have been missed. */
export function usePhotoChanges(listener: Pick<ProgressListener, "onChanges" | "onMissed">): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(
    () =>
      listenToProgress(null, {
        onChanges: (changes) => latest.current.onChanges?.(changes),
        onMissed: () => latest.current.onMissed?.(),
      }),
    [],
  );
}
