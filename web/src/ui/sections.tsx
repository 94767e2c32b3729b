// A page of several sections: their list at the left (a strip on phones), the open one beside it.
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { Icon, type IconName } from "./icon.tsx";
import styles from "./sections.module.css";

interface SectionsProps {
  readonly label: string;
  readonly items: readonly { readonly to: string; readonly label: string; readonly icon: IconName }[];
  readonly children: ReactNode;
}

export function Sections({ label, items, children }: SectionsProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const strip = list.current;
    const open = strip?.querySelector<HTMLElement>("[aria-current]");
    // On a phone the open section may be beyond the strip's edge.
    if (strip && open) strip.scrollLeft = open.offsetLeft - (strip.clientWidth - open.offsetWidth) / 2;
  });
  return (
    <div className={styles.frame}>
      <nav aria-label={label}>
        <ul className={styles.list} ref={list}>
          {items.map((item) => (
            <li key={item.to}>
              <Link
                to={item.to}
                className={styles.link}
                activeOptions={{ includeSearch: false }}
                activeProps={{ "aria-current": "page" }}
              >
                <Icon name={item.icon} />
                {item.label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles.content}>{children}</div>
    </div>
  );
}
