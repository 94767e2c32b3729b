// A real <progress> with its numbers in words beside it.
import { useId } from "react";
import { sayNumber, sayPercent } from "../say.ts";
import { Icon } from "./icon.tsx";
import styles from "./progress-bar.module.css";

interface ProgressBarProps {
  /** Its place among several; none for a bar that stands alone. */
  readonly step?: number;
  readonly label: string;
  readonly finished: number;
  readonly total: number;
  readonly hint: string;
  readonly kind: "upload" | "processing" | "index";
  /** Share to draw (0–1), where it differs from finished / total (a high-water mark, or bytes in flight). */
  readonly part01?: number;
}

export function ProgressBar({ step, label, finished, total, hint, kind, part01 }: ProgressBarProps) {
  const labelId = useId();
  const part = part01 ?? (total === 0 ? 0 : Math.min(1, finished / total));
  const isDone = total > 0 && finished >= total;
  return (
    <div className={styles.row}>
      <span className={styles.label} id={labelId}>
        {step === undefined ? null : (
          <span className={`${styles.step} ${isDone ? styles.stepDone : ""}`} aria-hidden="true">
            {isDone ? <Icon name="check" size={14} /> : step}
          </span>
        )}
        {label}
      </span>
      <span className={styles.count}>
        {sayNumber(finished)} / {sayNumber(total)}
      </span>
      <progress
        className={`${styles.bar} ${isDone ? styles.finished : kind === "upload" ? "" : styles[kind]}`}
        max={1}
        value={isDone ? 1 : part}
        aria-labelledby={labelId}
        aria-valuetext={`${sayPercent(isDone ? 1 : part)}, ${sayNumber(finished)} of ${sayNumber(total)}`}
      />
      <span className={styles.hint}>{hint}</span>
    </div>
  );
}
