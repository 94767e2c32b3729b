// Lists of things with facts and actions: sessions, keys, users, events.
import { type ReactNode, useRef } from "react";
import { Isolated } from "./isolate.tsx";
import styles from "./rows.module.css";
import { useKeptFocus } from "./use-kept-focus.ts";

/** Removing a row leads the focus to the one that takes its place. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  const list = useRef<HTMLUListElement>(null);
  useKeptFocus(list, "li");
  return (
    <ul className={styles.rows} aria-label={label} ref={list}>
      {children}
    </ul>
  );
}

/** A title that is a name stays within its own direction, whatever characters are in it. */
export function Row({
  title,
  tags,
  facts,
  actions,
  children,
}: {
  title: ReactNode;
  tags?: ReactNode;
  facts?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <p className={styles.title}>
          <span>{typeof title === "string" ? <Isolated>{title}</Isolated> : title}</span>
          {tags}
        </p>
        {facts ? <p className={styles.facts}>{facts}</p> : null}
        {children}
      </div>
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </li>
  );
}

export function Tag({ tone, children }: { tone?: "ok" | "warn"; children: ReactNode }) {
  return <span className={`${styles.tag} ${tone ? (styles[tone] ?? "") : ""}`}>{children}</span>;
}
