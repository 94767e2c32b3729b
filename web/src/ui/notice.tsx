// What a page says when there is nothing, when something went wrong, or when it should be known: never colour alone.
import type { ReactNode } from "react";
import { ApiError, NetworkError } from "../api.ts";
import { ERROR_WORDS } from "../plain-words.ts";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import styles from "./notice.module.css";

type Tone = "info" | "ok" | "warn" | "error";
const ICON_OF_TONE = { info: "info", ok: "check", warn: "warn", error: "alert" } as const satisfies Record<
  Tone,
  IconName
>;

interface NoticeProps {
  readonly tone?: Tone;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

export function Notice({ tone = "info", title, children, actions }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${styles[tone] ?? ""}`} role={tone === "error" ? "alert" : undefined}>
      <Icon name={ICON_OF_TONE[tone]} />
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {children ? <div>{children}</div> : null}
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </div>
    </div>
  );
}

export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <div className={styles.emptyIcon}>
        <Icon name={icon} size={40} />
      </div>
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {actions ? <div className={styles.emptyActions}>{actions}</div> : null}
    </div>
  );
}

/** A piece of the app itself could not be fetched: offline, or a newer version replaced it. */
function isMissingCode(error: unknown): boolean {
  return error instanceof Error && /preload CSS|dynamically imported module|module script/i.test(error.message);
}

/** What a form got wrong is in the answer itself; everything else has words of its own. */
function wordsOf({ code, problem }: ApiError): string {
  if (code === "invalid-request" && problem?.errors?.length) {
    return [problem.detail, ...problem.errors.map(({ message }) => message)].join(" ");
  }
  return `${ERROR_WORDS[code].sentence} ${ERROR_WORDS[code].action}`;
}

/** What failed, in plain words, with the trace id behind "Details". */
export function Failure({ what, error, onRetry }: { what: string; error: unknown; onRetry?: () => void }) {
  const problem = error instanceof ApiError ? error.problem : null;
  const words =
    error instanceof NetworkError || isMissingCode(error)
      ? "The server could not be reached. Nothing is lost; it may be starting, or you may be offline."
      : error instanceof ApiError
        ? wordsOf(error)
        : "Something unexpected happened in this page. Your photos are safe.";
  return (
    <Notice
      tone="error"
      title={what}
      actions={
        onRetry ? (
          <Button small icon="retry" onClick={onRetry}>
            Try again
          </Button>
        ) : undefined
      }
    >
      <p>{words}</p>
      {problem ? (
        <details className={styles.details}>
          <summary>Details</summary>
          <p>{problem.detail}</p>
          <code>
            {problem.code} · {problem.trace_id}
          </code>
        </details>
      ) : null}
    </Notice>
  );
}

export function Skeleton({ height, width = "100%" }: { height: number; width?: number | string }) {
  return <div className={styles.skeleton} style={{ height, width }} aria-hidden="true" />;
}
