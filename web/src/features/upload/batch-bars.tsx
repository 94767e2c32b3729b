// The three bars. The first counts what this browser knows, the other two are the server's own numbers.
import { useRef } from "react";
import type { StageCounters } from "../../../../shared/contracts/progress.ts";
import { finished, type ProgressState } from "../../progress-state.ts";
import { sayBytes, sayEta, sayRate } from "../../say.ts";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import styles from "./batch-card.module.css";
import type { BatchSummary } from "./batch-summary.ts";
import type { BatchState } from "./engine/engine-protocol.ts";

interface BatchBarsProps {
  readonly summary: BatchSummary;
  readonly progress: ProgressState;
  readonly state: BatchState;
  readonly bytesPerSecond: number;
}

export function BatchBars({ summary, progress, state, bytesPerSecond }: BatchBarsProps) {
  const { counters, best } = progress;
  const sentBest = useRef(0);
  sentBest.current = Math.max(sentBest.current, summary.sentShare01);
  const thumbnails = counters ? reachable(counters.thumbnail, summary) : null;
  const indexed = counters ? reachable(counters.index, summary) : null;
  const isOver = indexed !== null && finished(indexed) >= indexed.total;
  const leftBytes = Math.max(0, summary.bytes - summary.bytesSafe);

  return (
    <div className={styles.bars}>
      <ProgressBar
        step={1}
        kind="upload"
        label="Uploading"
        finished={summary.safe}
        total={summary.total - summary.cancelled}
        part01={sentBest.current}
        hint={isOver && summary.isUploaded ? "" : sendHint(summary, state, bytesPerSecond, leftBytes)}
      />
      <ProgressBar
        step={2}
        kind="processing"
        label="Processing your photos"
        finished={thumbnails ? finished(thumbnails) : 0}
        total={thumbnails?.total ?? summary.total}
        part01={best.thumbnail}
        hint={
          counters
            ? stageHint(thumbnails ?? counters.thumbnail, counters.rate.thumbnail, null)
            : "Starts with the first photo that arrives"
        }
      />
      <ProgressBar
        step={3}
        kind="index"
        label="Indexing with AI"
        finished={indexed ? finished(indexed) : 0}
        total={indexed?.total ?? summary.total}
        part01={best.index}
        hint={
          counters
            ? stageHint(indexed ?? counters.index, counters.rate.index, counters.eta_s)
            : "Starts with the first thumbnail"
        }
      />
    </div>
  );
}

/** Files that will never arrive (refused, cancelled) are still declared on the server; they must not keep a bar waiting. */
export function reachable(stage: StageCounters, summary: BatchSummary): StageCounters {
  if (!summary.isUploaded) return stage;
  return { ...stage, total: Math.min(stage.total, Math.max(summary.safe, finished(stage))) };
}

function sendHint(summary: BatchSummary, state: BatchState, bytesPerSecond: number, leftBytes: number): string {
  if (state === "cancelled") return "Cancelled";
  if (summary.isUploaded) return "You can close this page: the rest continues without you";
  if (state === "paused") return "Paused";
  if (bytesPerSecond < 1) return "You can close this page once this bar is full";
  return `${sayBytes(bytesPerSecond)} a second · ${sayEta(leftBytes / bytesPerSecond)}`;
}

function stageHint(stage: StageCounters, ratePerSecond: number, etaSeconds: number | null): string {
  const left = Math.max(0, stage.total - finished(stage));
  const notDone = [
    stage.skipped > 0 ? `${stage.skipped} skipped` : "",
    stage.failed > 0 ? `${stage.failed} could not be read` : "",
  ].filter(Boolean);
  if (left === 0) return notDone.join(" · ");
  const seconds = etaSeconds ?? (ratePerSecond > 0 ? left / ratePerSecond : null);
  const pace = ratePerSecond > 0 ? [sayRate(ratePerSecond)] : [];
  return [...pace, ...(seconds === null ? [] : [sayEta(seconds)]), ...notDone].join(" · ");
}
