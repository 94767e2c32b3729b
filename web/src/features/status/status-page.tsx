// Is everything working? One sentence, one row per part. Also readable when the API does not answer at all.
import type { CheckState, Health, HealthCheck } from "../../../../shared/contracts/health.ts";
import { HEALTH_EVERY_MS, useHealth } from "../../queries/health.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { Failure, Notice, Skeleton } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import styles from "./status-page.module.css";

const OVERALL = {
  ok: { tone: "ok", title: "Everything is working", words: "Uploads, thumbnails and faces are all running normally." },
  degraded: {
    tone: "warn",
    title: "Working, with limits",
    words: "You can use your library. Some parts are slower or less capable than they should be.",
  },
  down: {
    tone: "error",
    title: "Something is down",
    words: "Photos already uploaded are safe. New work may wait until the part below is back.",
  },
} as const satisfies Record<CheckState, { tone: "ok" | "warn" | "error"; title: string; words: string }>;

const STATE_LOOK = {
  ok: { icon: "check", word: "Working" },
  degraded: { icon: "warn", word: "Limited" },
  down: { icon: "alert", word: "Down" },
} as const satisfies Record<CheckState, { icon: IconName; word: string }>;

const PARTS = {
  d1: { name: "Library database", what: "Names, dates and states of your photos" },
  r2: { name: "Photo storage", what: "Originals and thumbnails" },
  queue: { name: "Work queue", what: "Carries photos from upload to thumbnails to faces" },
  hub: { name: "Live progress", what: "Tells this page what just happened" },
  models: { name: "Face models", what: "Find faces and tell them apart" },
} as const satisfies Record<keyof Health["checks"], { name: string; what: string }>;

export function StatusPage() {
  const { data, error, isError, isPending, dataUpdatedAt, refetch, isFetching } = useHealth(true);
  return (
    <Page
      title="Status"
      intro={`Checked every ${HEALTH_EVERY_MS / 1000} seconds while this page is open.`}
      actions={
        <div>
          <Button icon="retry" onClick={() => void refetch()} disabled={isFetching}>
            Check now
          </Button>
        </div>
      }
    >
      {isError ? (
        <Failure what="The service does not answer" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Notice tone={OVERALL[data.status].tone} title={OVERALL[data.status].title}>
          {OVERALL[data.status].words}
        </Notice>
      ) : null}
      {isPending ? <Skeleton height={300} /> : null}
      {data ? (
        <>
          {isError ? <p>This is what was known on {sayDate(new Date(dataUpdatedAt).toISOString())}:</p> : null}
          <ul className={styles.list}>
            {(Object.keys(PARTS) as (keyof typeof PARTS)[]).map((part) => (
              <Part key={part} {...PARTS[part]} check={data.checks[part]} />
            ))}
          </ul>
          {data.recognition ? null : <RecognitionNotice />}
          <p className={styles.foot}>
            Version {data.version} · last checked {sayDate(new Date(dataUpdatedAt).toISOString())}
          </p>
        </>
      ) : null}
    </Page>
  );
}

function Part({ name, what, check }: { name: string; what: string; check: HealthCheck }) {
  const { icon, word } = STATE_LOOK[check.state];
  return (
    <li className={styles.part}>
      <span className={`${styles.state} ${styles[check.state] ?? ""}`}>
        <Icon name={icon} />
        {word}
      </span>
      <div>
        <h2 className={styles.name}>{name}</h2>
        <p className={styles.what}>{what}</p>
        {check.detail ? <p className={styles.detail}>{check.detail}</p> : null}
      </div>
      <span className={styles.ms}>{check.ms === undefined ? "" : `${check.ms} ms`}</span>
    </li>
  );
}

function RecognitionNotice() {
  return (
    <Notice tone="warn" title="Recognition-grade face models are not installed">
      Faces are found, but can only be compared roughly. To install the models, run <code>npm run models</code> where
      Heliograph runs, and restart it.
    </Notice>
  );
}
