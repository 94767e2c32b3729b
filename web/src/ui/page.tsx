// The frame of a page: its title (also in the tab), one sentence, its actions.
import { type ReactNode, useEffect } from "react";
import styles from "./page.module.css";
import { useTabTitle } from "./tab-title.ts";

interface PageProps {
  readonly title: string;
  readonly intro?: ReactNode;
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  /** The page draws its own first heading; the title is still the tab's. */
  readonly isTitleHidden?: boolean;
  readonly children: ReactNode;
}

export function Page({ title, intro, actions, wide = false, isTitleHidden = false, children }: PageProps) {
  useTabTitle(title);
  useEffect(() => {
    // A new page starts at its top, also when the router reuses the document's scroll position.
    window.scrollTo(0, 0);
  }, []);
  return (
    <div className={`${styles.page} ${wide ? styles.wide : ""}`}>
      {isTitleHidden ? null : (
        <header className={styles.header}>
          <div>
            <h1>{title}</h1>
            {intro ? <p className={styles.intro}>{intro}</p> : null}
          </div>
          {actions}
        </header>
      )}
      {children}
    </div>
  );
}

export function Card({
  children,
  className,
  ...rest
}: { children: ReactNode; className?: string | undefined } & { "aria-label"?: string; "aria-labelledby"?: string }) {
  return (
    <section className={`${styles.card} ${className ?? ""}`} {...rest}>
      {children}
    </section>
  );
}
