// The picture as it came out, with its size, and how that compares with the original.
import { useEffect, useState } from "react";
import type { RenderFormat } from "../../../../shared/contracts/transforms/transform.ts";
import type { TransformGeometry } from "../../../../shared/kernels/transform-geometry.ts";
import { sayBytes, sayNumber } from "../../say.ts";
import { announce } from "../../ui/live-region.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import styles from "./makers.module.css";
import { sayAgainst } from "./transform-draft.ts";
import type { MadePicture } from "./use-made-picture.ts";

interface MadeFigureProps {
  readonly made: MadePicture;
  readonly plan: TransformGeometry;
  readonly format: RenderFormat;
  readonly originalBytes: number;
  readonly onRetry: () => void;
}

export function MadeFigure({ made, plan, format, originalBytes, onRetry }: MadeFigureProps) {
  const [brokenSrc, setBrokenSrc] = useState<string | null>(null);
  const { widthPx, heightPx } = plan.output;
  const { bytes, isMaking } = made;
  useEffect(() => {
    if (bytes === null || isMaking) return;
    announce(`${sayNumber(widthPx)} by ${sayNumber(heightPx)} pixels, ${sayBytes(bytes)}`);
  }, [bytes, isMaking, widthPx, heightPx]);
  if (plan.problem !== null) {
    return (
      <Notice tone="warn" title="Too large to make">
        Choose a smaller size, or JPEG.
      </Notice>
    );
  }
  if (made.error) return <Failure what="The picture could not be made" error={made.error} onRetry={onRetry} />;
  return (
    <figure className={styles.made} aria-busy={isMaking}>
      <div className={styles.madePicture} style={{ aspectRatio: `${widthPx} / ${heightPx}` }}>
        {made.src !== null && made.src !== brokenSrc ? (
          <img
            src={made.src}
            alt="The result"
            data-stale={isMaking || undefined}
            onError={() => setBrokenSrc(made.src)}
          />
        ) : null}
        {made.src !== null && made.src === brokenSrc ? (
          <p className={styles.quiet}>Your browser does not show {format.toUpperCase()}. You can still download it.</p>
        ) : null}
      </div>
      <figcaption className={styles.madeFacts}>
        <strong>
          {sayNumber(widthPx)} × {sayNumber(heightPx)} px
        </strong>
        <span>
          {isMaking || bytes === null ? "Making it…" : `${sayBytes(bytes)}, ${sayAgainst(bytes, originalBytes)}`}
        </span>
      </figcaption>
    </figure>
  );
}
