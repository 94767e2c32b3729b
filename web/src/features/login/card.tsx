// The one card of getting in: mark, title, and what belongs to it.
import { type ReactNode, useId } from "react";
import { useSession } from "../../queries/session.ts";
import { BrandMark } from "../../ui/icon.tsx";
import { useTabTitle } from "../../ui/tab-title.ts";
import styles from "./login-page.module.css";

export function EntryCard({ tab, title, children }: { tab: string; title: string; children: ReactNode }) {
  useTabTitle(tab);
  const titleId = useId();
  const { data: user } = useSession();
  return (
    <div className={`${styles.center} ${user ? styles.besideAccount : ""}`}>
      <section className={styles.card} aria-labelledby={titleId}>
        <BrandMark size={56} />
        <h1 id={titleId}>{title}</h1>
        {children}
      </section>
    </div>
  );
}

export function Or() {
  return (
    <div className={styles.or} aria-hidden="true">
      <span>or</span>
    </div>
  );
}
