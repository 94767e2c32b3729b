// Ctrl+Z (or ⌘Z) takes back the last decision about people, wherever on the page the focus is, but not while typing.
import { useEffect } from "react";
import { announce } from "../../ui/live-region.tsx";
import { isTyping } from "../shell/use-shortcuts.ts";
import { undoLast } from "./decide.ts";

export function useUndoKey(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      if (event.key.toLowerCase() !== "z" || isTyping(event.target) || event.defaultPrevented) return;
      event.preventDefault();
      if (!undoLast()) announce("Nothing to undo");
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
