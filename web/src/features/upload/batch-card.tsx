// One batch: headline, three live bars, sums, what needs attention, and the list of files.
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { PHASE_LABELS, type ProgressCounters } from "../../../../shared/contracts/progress.ts";
import { useProgress } from "../../progress.tsx";
import { finished } from "../../progress-state.ts";
import { sayBytes, sayCount, sayNumber } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { announce } from "../../ui/live-region.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Card } from "../../ui/page.tsx";
import { BatchBars, reachable } from "./batch-bars.tsx";
import styles from "./batch-card.module.css";
import { type BatchSummary, summarise } from "./batch-summary.ts";
import type { BatchState, EngineStatus } from "./engine/engine-protocol.ts";
import { FileList } from "./file-list.tsx";
import { NeedsAttention } from "./needs-attention.tsx";
import {
  cancelBatch,
  forgetBatch,
  pauseBatch,
  resumeBatch,
  type ServerWord,
  type UploadBatchView,
} from "./upload-client.ts";

interface BatchCardProps {
  readonly batch: UploadBatchView;
  readonly status: EngineStatus;
  readonly server: ReadonlyMap<string, ServerWord>;
}

export function BatchCard({ batch, status, server }: BatchCardProps) {
  const { meta, rows, welcomeBack } = batch;
  const summary = useMemo(() => summarise(rows, meta.state, server), [rows, meta.state, server]);
  const progress = useProgress(meta.batchId ?? undefined);
  const headline = headlineOf(summary, meta.state, progress.counters);
  const isOver = summary.isUploaded && (progress.counters?.phase === "done" || headline.startsWith("Finished"));
  useMilestones(summary, headline);

  return (
    <Card className={styles.card} aria-label={`Upload ${meta.title}`}>
      <header className={styles.head}>
        <div className={styles.heading}>
          <p className={styles.batchTitle}>
            {meta.title} · {sayCount(summary.total, "photo", "photos")} · {sayBytes(summary.bytes)}
          </p>
          <h2 className={styles.headline}>{headline}</h2>
        </div>
        <div className={styles.controls}>
          {summary.isUploaded ? (
            <Button small icon="close" onClick={() => forgetBatch(meta.id)}>
              Clear
            </Button>
          ) : (
            <>
              {meta.state === "paused" ? (
                <Button small icon="play" onClick={() => resumeBatch(meta.id)}>
                  Resume
                </Button>
              ) : (
                <Button small icon="pause" onClick={() => pauseBatch(meta.id)}>
                  Pause
                </Button>
              )}
              <CancelButton onCancel={() => cancelBatch(meta.id)} left={summary.total - summary.safe} />
            </>
          )}
        </div>
      </header>

      {welcomeBack && !summary.isUploaded && summary.missing === 0 ? (
        <Notice title="Welcome back">
          Continuing at {sayNumber(summary.safe)} of {sayNumber(summary.total)}.
        </Notice>
      ) : null}
      {summary.missing > 0 ? (
        <Notice tone="warn" title="Drop the same folder again to continue">
          {sayNumber(summary.safe)} of {sayNumber(summary.total)} are already safe. The browser no longer has the other{" "}
          {sayNumber(summary.missing)}; once you drop them again, only those are sent.
        </Notice>
      ) : null}
      {!status.isOnline && summary.isSending ? (
        <Notice tone="warn" title="Waiting for the connection">
          Nothing is lost. Uploading continues by itself.
        </Notice>
      ) : null}

      <BatchBars summary={summary} progress={progress} state={meta.state} bytesPerSecond={status.bytesPerSecond} />

      <ul className={styles.sums}>
        <Sum icon="check" tone={styles.ok} show={summary.done > 0}>
          {sayNumber(summary.done)} done
        </Sum>
        <Sum icon="same" tone={styles.same} show={summary.duplicates > 0}>
          {sayNumber(summary.duplicates)} already in your library
        </Sum>
        <Sum icon="alert" tone={styles.err} show={summary.attention > 0}>
          {sayNumber(summary.attention)} {summary.attention === 1 ? "needs" : "need"} attention
        </Sum>
        <Sum icon="close" tone={styles.same} show={summary.cancelled > 0}>
          {sayNumber(summary.cancelled)} cancelled
        </Sum>
      </ul>

      {isOver && summary.safe > 0 ? (
        <div>
          <Link to="/gallery" className={buttonClass({ kind: "primary" })}>
            <Icon name="gallery" size={18} /> See them in the gallery
          </Link>
        </div>
      ) : null}
      <NeedsAttention batch={meta.id} groups={summary.groups} rows={rows} />
      <FileList batch={batch} summary={summary} server={server} />
      {meta.ignoredCount > 0 ? (
        <details className={styles.ignored}>
          <summary>{sayCount(meta.ignoredCount, "file was", "files were")} left out: not a photo we can read</summary>
          <ul>
            {meta.ignored.slice(0, 200).map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </Card>
  );
}

function headlineOf(summary: BatchSummary, state: BatchState, counters: ProgressCounters | null): string {
  if (state === "cancelled") return `Cancelled. ${sayCount(summary.safe, "photo is", "photos are")} safe`;
  if (state === "paused" && !summary.isUploaded) return "Paused";
  if (!summary.isUploaded) return counters && counters.phase !== "done" ? counters.label : PHASE_LABELS.processing;
  const index = counters ? reachable(counters.index, summary) : null;
  if (summary.safe < summary.total && (index === null || finished(index) >= index.total))
    return "Finished, except what needs attention";
  return counters?.label ?? PHASE_LABELS.processing;
}

function Sum({
  icon,
  tone,
  show,
  children,
}: {
  icon: "check" | "same" | "alert" | "close";
  tone: string | undefined;
  show: boolean;
  children: React.ReactNode;
}) {
  if (!show) return null;
  return (
    <li className={tone}>
      <Icon name={icon} size={18} />
      <span>{children}</span>
    </li>
  );
}

/** Cancelling throws work away: the first press asks, the second does. */
function CancelButton({ onCancel, left }: { onCancel: () => void; left: number }) {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <Button small icon="close" onClick={() => setAsking(true)}>
        Cancel
      </Button>
    );
  }
  return (
    <>
      <Button small kind="danger" onClick={onCancel}>
        Stop the other {sayNumber(left)}
      </Button>
      <Button small onClick={() => setAsking(false)}>
        Keep going
      </Button>
    </>
  );
}

const MILESTONES = [0.25, 0.5, 0.75, 1] as const;

/** Speaks quarters, the first failure and each new headline; never every photo. */
function useMilestones({ total, safe, attention }: BatchSummary, headline: string): void {
  const reached = MILESTONES.filter((share) => total > 0 && safe / total >= share).length;
  const hasTrouble = attention > 0;
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current && reached > 0) announce(`Uploading: ${(MILESTONES[reached - 1] ?? 0) * 100} percent`);
  }, [reached]);
  useEffect(() => {
    if (!isFirst.current && hasTrouble) announce("A photo needs attention");
  }, [hasTrouble]);
  useEffect(() => {
    if (!isFirst.current) announce(headline);
  }, [headline]);
  useEffect(() => {
    isFirst.current = false;
  }, []);
}
