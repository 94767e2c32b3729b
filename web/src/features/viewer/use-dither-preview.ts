// The dithered preview of a picture: made in a Worker, always of the last choice. While one is being made, later ones wait as one.
import { useEffect, useRef, useState } from "react";
import type { Dither } from "../../../../shared/contracts/transforms/transform.ts";
import type { DitherAnswer, DitherWish } from "./dither-protocol.ts";

export interface DitherPreview {
  /** The last one that was made; null until the first. */
  readonly made: Extract<DitherAnswer, { kind: "made" }> | null;
  readonly isFailed: boolean;
}

interface Line {
  readonly worker: Worker;
  isBusy: boolean;
  next: DitherWish | null;
}

/** @param dither null where nothing can be made of the choices: the last preview stays */
export function useDitherPreview(
  address: string,
  size: { readonly widthPx: number; readonly heightPx: number },
  dither: Dither | null,
): DitherPreview {
  const line = useRef<Line | null>(null);
  const ids = useRef(0);
  const [preview, setPreview] = useState<DitherPreview>({ made: null, isFailed: false });

  useEffect(() => {
    const worker = new Worker(new URL("./dither-worker.ts", import.meta.url), { type: "module", name: "dither" });
    const own: Line = { worker, isBusy: false, next: null };
    line.current = own;
    const fail = () => setPreview(({ made }) => ({ made, isFailed: true }));
    worker.onmessage = ({ data }: MessageEvent<DitherAnswer>) => {
      if (data.kind === "made") setPreview({ made: data, isFailed: false });
      else fail();
      own.isBusy = false;
      send(own);
    };
    worker.onerror = fail;
    return () => {
      worker.terminate();
      line.current = null;
    };
  }, []);

  const { widthPx, heightPx } = size;
  const choices = JSON.stringify(dither);
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal choices in another object are the same wish
  useEffect(() => {
    if (!line.current || dither === null) return;
    line.current.next = { id: ++ids.current, address, widthPx, heightPx, dither };
    send(line.current);
  }, [address, widthPx, heightPx, choices]);
  return preview;
}

function send(line: Line): void {
  if (line.isBusy || line.next === null) return;
  line.isBusy = true;
  line.worker.postMessage(line.next);
  line.next = null;
}
