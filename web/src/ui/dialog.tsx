// A modal on the native <dialog>: the browser keeps focus inside, Esc closes, and focus returns to where it was.
import { type ReactNode, useEffect, useId, useRef } from "react";
import { IconButton } from "./button.tsx";
import styles from "./dialog.module.css";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** False where a stray click would lose what is shown once. */
  readonly closesOutside?: boolean;
  readonly children: ReactNode;
}

export function Dialog({ title, onClose, closesOutside = true, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useModal(ref);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click on the backdrop is a bonus; Esc and the button do the same
    <dialog
      ref={ref}
      className={styles.dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        if (closesOutside && event.target === ref.current) ref.current?.close();
      }}
    >
      <div className={styles.body}>
        <header className={styles.header}>
          <h2 id={titleId}>{title}</h2>
          <IconButton label="Close" icon="close" onClick={() => ref.current?.close()} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Opens the dialog as a modal while mounted and gives focus back to what had it before. */
export function useModal(ref: { readonly current: HTMLDialogElement | null }): void {
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // The browser goes to the first control, which closes it; a dialog may know a better place to begin.
      const start = dialog.querySelector<HTMLElement>("[data-first-focus]");
      start?.focus();
      if (start instanceof HTMLInputElement) start.select();
    }
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [ref]);
}
