// `g` then a letter goes to a page; `?` opens the sheet. Never while typing, never with a modifier.
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { SECTIONS } from "./sections.ts";

const SECOND_KEY_WITHIN_MS = 1200;

/** Letters typed into a field are words, not commands. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function useShortcuts(onSheet: () => void): void {
  const navigate = useNavigate();
  const sheet = useRef(onSheet);
  sheet.current = onSheet;

  useEffect(() => {
    let goAtMs = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      const isSecond = event.timeStamp - goAtMs < SECOND_KEY_WITHIN_MS;
      goAtMs = Number.NEGATIVE_INFINITY;
      if (event.key === "?") {
        event.preventDefault();
        sheet.current();
      } else if (isSecond) {
        const section = SECTIONS.find(({ letter }) => letter === event.key.toLowerCase());
        if (!section) return;
        event.preventDefault();
        void navigate({ to: section.to });
      } else if (event.key === "g") {
        goAtMs = event.timeStamp;
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate]);
}
