// When the control that had the focus goes away with what it did, the item that takes its place in the list gets the focus.
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

const CONTROLS = "a[href], button, input";

export function useKeptFocus(list: RefObject<HTMLElement | null>, itemSelector: string): void {
  const last = useRef<{ readonly element: HTMLElement; readonly at: number } | null>(null);

  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const note = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      const items = [...element.querySelectorAll(itemSelector)];
      last.current = { element: target, at: items.findIndex((item) => item.contains(target)) };
    };
    element.addEventListener("focusin", note);
    return () => element.removeEventListener("focusin", note);
  }, [list, itemSelector]);

  useLayoutEffect(() => {
    const held = last.current;
    if (!held || held.element.isConnected) return;
    last.current = null;
    // Somebody has led the focus elsewhere already.
    if (document.activeElement !== document.body && !(document.activeElement instanceof HTMLDialogElement)) return;
    const items = list.current?.querySelectorAll(itemSelector) ?? [];
    const item = items[Math.max(0, Math.min(held.at, items.length - 1))] ?? list.current?.parentElement;
    item?.querySelector<HTMLElement>(CONTROLS)?.focus({ preventScroll: true });
  });
}
