// The dithered picture, exactly over the photo on the stage; from the left, as much of the photo as is compared shows through.
import { useLayoutEffect, useRef } from "react";
import styles from "./dither.module.css";
import type { DitherPreview } from "./use-dither-preview.ts";

interface DitherCanvasProps {
  readonly made: NonNullable<DitherPreview["made"]>;
  /** Pixels of the screen that a dot of it covers each way. */
  readonly dotPx: number;
  /** Share of the width (0–100) where the photo itself is seen. */
  readonly beforePercent: number;
}

export function DitherCanvas({ made, dotPx, beforePercent }: DitherCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { data, widthPx, heightPx } = made;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    context?.putImageData(new ImageData(data, widthPx, heightPx), 0, 0);
  }, [data, widthPx, heightPx]);
  return (
    <>
      <canvas
        ref={canvas}
        className={styles.canvas}
        width={widthPx}
        height={heightPx}
        role="img"
        aria-label="The dithered photo"
        style={{
          width: (widthPx * dotPx) / devicePixelRatio,
          height: (heightPx * dotPx) / devicePixelRatio,
          clipPath: `inset(0 0 0 ${beforePercent}%)`,
        }}
      />
      {beforePercent > 0 && beforePercent < 100 ? (
        <div className={styles.border} style={{ left: `${beforePercent}%` }} />
      ) : null}
    </>
  );
}
