// Tabs over panels of which one is shown: arrow keys go from tab to tab and open at once, Tab goes on into the panel.
import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { Icon, type IconName } from "./icon.tsx";
import styles from "./tabs.module.css";

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly icon?: IconName;
}

interface TabsProps<Id extends string> {
  /** What the tabs are of. */
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly active: Id;
  readonly onActive: (id: Id) => void;
  /** The content of the active tab. */
  readonly children: ReactNode;
}

/** Where a key leads from a tab, or null when it is none of theirs. */
export function tabAfterKey(at: number, count: number, key: string): number | null {
  if (key === "ArrowRight") return (at + 1) % count;
  if (key === "ArrowLeft") return (at + count - 1) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}

export function Tabs<Id extends string>({ label, tabs, active, onActive, children }: TabsProps<Id>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = tabs.findIndex((tab) => tab.id === active);
    const next = tabAfterKey(at, tabs.length, event.key);
    const target = next === null ? undefined : tabs[next];
    if (!target) return;
    // The arrows are these tabs' now: what is around them (a viewer, a grid) must not move as well.
    event.preventDefault();
    event.stopPropagation();
    onActive(target.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${target.id}"]`)?.focus();
  }

  return (
    <>
      <div className={styles.list} role="tablist" aria-label={label} tabIndex={-1} ref={list} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            data-tab={tab.id}
            className={styles.tab}
            aria-selected={tab.id === active}
            // Only the open panel is in the document.
            aria-controls={tab.id === active ? `${id}-panel` : undefined}
            tabIndex={tab.id === active ? 0 : -1}
            onClick={() => onActive(tab.id)}
          >
            {tab.icon ? <Icon name={tab.icon} size={18} /> : null}
            {tab.label}
          </button>
        ))}
      </div>
      <div className={styles.panel} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${active}`}>
        {children}
      </div>
    </>
  );
}
