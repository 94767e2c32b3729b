// Short messages at the bottom: six seconds, held while pointed at or focused. The list is a plain store, no context.
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Button, IconButton } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import styles from "./toasts.module.css";

const TOAST_MS = 6000;
const TOAST_WITH_ACTION_MS = 10_000;
export const TOASTS_AT_ONCE = 4;

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "ok" | "error";
  readonly action?: { readonly label: string; readonly run: () => void };
}

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Answers the toast's id, to take it away by. */
export function toast(text: string, more: Partial<Pick<Toast, "tone" | "action">> = {}): number {
  const added: Toast = { id: nextId++, text, tone: "plain", ...more };
  set([...toasts, added].slice(-TOASTS_AT_ONCE));
  return added.id;
}

export function dismissToast(id: number): void {
  set(toasts.filter((one) => one.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const ICON_OF_TONE = { plain: "info", ok: "check", error: "alert" } as const satisfies Record<Toast["tone"], IconName>;

export function ToastRegion() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <section className={styles.region} aria-label="Messages" aria-live="polite">
      {shown.map((one) => (
        <ToastCard key={one.id} toast={one} />
      ))}
    </section>
  );
}

function ToastCard({ toast: { id, text, tone, action } }: { toast: Toast }) {
  const [isHeld, setHeld] = useState(false);
  const cameFrom = useRef<EventTarget | null>(null);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => dismissToast(id), action ? TOAST_WITH_ACTION_MS : TOAST_MS);
    return () => clearTimeout(timer);
  }, [id, action, isHeld]);

  /** A pressed button goes away with its toast: whoever came here by keyboard is led back to where they were. */
  function leave() {
    if (cameFrom.current instanceof HTMLElement && cameFrom.current.isConnected)
      cameFrom.current.focus({ preventScroll: true });
    dismissToast(id);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing only stops the clock; nothing here needs a click
    <div
      className={`${styles.toast} ${styles[tone] ?? ""}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={(event) => {
        setHeld(true);
        if (!event.currentTarget.contains(event.relatedTarget)) cameFrom.current = event.relatedTarget;
      }}
      onBlur={() => setHeld(false)}
    >
      <Icon name={ICON_OF_TONE[tone]} />
      <p>{text}</p>
      {action ? (
        <Button
          small
          onClick={() => {
            action.run();
            leave();
          }}
        >
          {action.label}
        </Button>
      ) : null}
      <IconButton label="Dismiss message" icon="close" small onClick={leave} />
    </div>
  );
}
