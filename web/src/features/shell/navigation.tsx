// The rail on wide screens, the bottom bar on phones. One list of real links serves both.
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Dialog } from "../../ui/dialog.tsx";
import { BrandMark, Icon } from "../../ui/icon.tsx";
import styles from "./navigation.module.css";
import { ON_BOTTOM_BAR, SECTIONS } from "./sections.ts";

const ACTIVE = { "aria-current": "page" } as const;

const ADMIN = { to: "/admin", label: "Admin", icon: "shield" } as const;

export function Navigation({ showsAdmin, onShortcuts }: { showsAdmin: boolean; onShortcuts: () => void }) {
  const [isMoreOpen, setMoreOpen] = useState(false);
  const sections = showsAdmin ? [...SECTIONS, ADMIN] : SECTIONS;
  return (
    <nav className={styles.nav} aria-label="Sections">
      <Link to="/" className={styles.brand} aria-label="Heliograph, home">
        <BrandMark />
        <span className={styles.word}>Heliograph</span>
      </Link>
      <ul className={styles.list}>
        {sections.map(({ to, label, icon }) => (
          <li key={to} className={ON_BOTTOM_BAR.has(to) ? "" : styles.wideOnly}>
            <Link
              to={to}
              className={styles.link}
              activeOptions={{ exact: to === "/", includeSearch: false }}
              activeProps={ACTIVE}
              title={label}
            >
              <Icon name={icon} size={22} />
              <span className={styles.word}>{label}</span>
            </Link>
          </li>
        ))}
        <li className={styles.narrowOnly}>
          <button type="button" className={styles.link} onClick={() => setMoreOpen(true)}>
            <Icon name="more" size={22} />
            <span className={styles.word}>More</span>
          </button>
        </li>
      </ul>
      <button
        type="button"
        className={`${styles.link} ${styles.wideOnly} ${styles.last}`}
        onClick={onShortcuts}
        title="Keyboard shortcuts"
      >
        <Icon name="keyboard" size={22} />
        <span className={styles.word}>Shortcuts</span>
      </button>
      {isMoreOpen ? (
        <Dialog title="More" onClose={() => setMoreOpen(false)}>
          <ul className={styles.more}>
            {sections
              .filter(({ to }) => !ON_BOTTOM_BAR.has(to))
              .map(({ to, label, icon }) => (
                <li key={to}>
                  <Link to={to} className={styles.moreLink} activeProps={ACTIVE} onClick={() => setMoreOpen(false)}>
                    <Icon name={icon} size={22} />
                    {label}
                  </Link>
                </li>
              ))}
          </ul>
        </Dialog>
      ) : null}
    </nav>
  );
}
