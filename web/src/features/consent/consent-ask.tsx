// Asked once: one sentence, one button, and a quiet way past it that is never asked about again in this browser.
import { useEffect, useRef, useState } from "react";
import { useProgress } from "../../progress.tsx";
import { finished } from "../../progress-state.ts";
import { sayCount } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { announce } from "../../ui/live-region.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { Card } from "../../ui/page.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import styles from "./consent.module.css";
import { useConsent, useDecideConsent } from "./use-consent.ts";

const NOT_NOW = "heliograph-faces-not-now";

/** The sentence of version 1. A new one is a new FACE_CONSENT_VERSION. */
export const CONSENT_SENTENCE =
  "Heliograph can find the faces in your photos and group them into people; what it learns stays encrypted in this library, is never shared, and is deleted when you turn it off.";

export function ConsentAsk({ hasPhotos }: { hasPhotos: boolean }) {
  const { data } = useConsent();
  const decision = useDecideConsent();
  const [isPutOff, setPutOff] = useState(() => localStorage.getItem(NOT_NOW) !== null);
  const [isJustOn, setJustOn] = useState(false);
  const card = useRef<HTMLDivElement>(null);

  if (isJustOn) return <IndexingNow focus />;
  if (!data?.ask || isPutOff || !hasPhotos) return null;
  return (
    <div ref={card}>
      <Card className={styles.ask} aria-labelledby="consent-ask">
        <span className={styles.askIcon}>
          <Icon name="people" size={32} />
        </span>
        <div className={styles.askWords}>
          <h2 id="consent-ask" className={styles.askTitle}>
            Find people in your photos?
          </h2>
          <p>{CONSENT_SENTENCE}</p>
          {decision.isError ? <Failure what="Recognition could not be turned on" error={decision.error} /> : null}
        </div>
        <div className={styles.askButtons}>
          <Button
            kind="primary"
            disabled={decision.isPending}
            onClick={() =>
              decision.mutate(true, {
                onSuccess: () => {
                  setJustOn(true);
                  announce("Face recognition is on");
                },
              })
            }
          >
            Turn on
          </Button>
          <Button
            kind="quiet"
            onClick={() => {
              localStorage.setItem(NOT_NOW, "1");
              setPutOff(true);
            }}
          >
            Not now
          </Button>
        </div>
      </Card>
    </div>
  );
}

/** Everything that was skipped so far is being looked through. Goes away with the page it stands on. */
function IndexingNow({ focus }: { focus: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The button that was pressed is gone; whoever pressed it by keyboard goes on from here.
    if (focus) box.current?.focus({ preventScroll: true });
  }, [focus]);
  return (
    <div ref={box} tabIndex={-1} className={styles.now}>
      <Notice tone="ok" title="Face recognition is on">
        <IndexingProgress />
      </Notice>
    </div>
  );
}

/** "Indexing with AI" of the whole library: what this turn has to do, counted from when it was first seen. */
export function IndexingProgress() {
  const { data } = useConsent();
  const { counters } = useProgress(null);
  const most = useRef(0);
  const live = counters ? Math.max(0, counters.index.total - finished(counters.index)) : 0;
  const left = Math.max(live, data?.photosIndexing ?? 0);
  most.current = Math.max(most.current, left);
  if (left === 0)
    return (
      <p>
        {most.current > 0
          ? "All of your photos have been looked through."
          : "New photos are looked through as they arrive."}
      </p>
    );
  return (
    <ProgressBar
      kind="index"
      label="Indexing with AI"
      finished={most.current - left}
      total={most.current}
      hint={`${sayCount(left, "photo", "photos")} still to look through. You can leave this page.`}
    />
  );
}
