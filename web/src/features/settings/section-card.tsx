// One card of a section: its heading, its action, its content.
import { type ReactNode, useId } from "react";
import { Card } from "../../ui/page.tsx";
import styles from "./settings.module.css";

interface SectionCardProps {
  readonly title: string;
  readonly intro?: ReactNode;
  readonly action?: ReactNode;
  readonly isDangerous?: boolean;
  readonly children?: ReactNode;
}

export function SectionCard({ title, intro, action, isDangerous = false, children }: SectionCardProps) {
  const titleId = useId();
  return (
    <Card className={`${styles.card} ${isDangerous ? styles.danger : ""}`} aria-labelledby={titleId}>
      <div className={styles.head}>
        <h2 id={titleId}>{title}</h2>
        {action}
      </div>
      {intro ? <p className={styles.quiet}>{intro}</p> : null}
      {children}
    </Card>
  );
}
