// Files dropped or pasted anywhere in the app go to the upload page.
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Icon } from "../../ui/icon.tsx";
import { collectFromList, collectFromTransfer } from "../upload/collect-files.ts";
import styles from "./shell.module.css";
import { handFiles } from "./use-uploads-in-background.ts";

const carriesFiles = (transfer: DataTransfer | null): transfer is DataTransfer =>
  transfer?.types.includes("Files") ?? false;

/** A part of the page that takes files itself. */
const isTakenThere = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("[data-own-drop]") !== null;

export function DropAnywhere() {
  const [isOver, setOver] = useState(false);
  const navigate = useNavigate();

  useEffect(() => {
    // Every element the pointer crosses fires enter and leave: only their balance says whether it is still inside.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      depth += 1;
      setOver(!isTakenThere(event.target));
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const over = (event: DragEvent) => {
      if (carriesFiles(event.dataTransfer)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (!carriesFiles(event.dataTransfer) || isTakenThere(event.target)) return;
      event.preventDefault();
      const collecting = collectFromTransfer(event.dataTransfer);
      void navigate({ to: "/upload" });
      void collecting.then(handFiles);
    };
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void navigate({ to: "/upload" });
      void handFiles(collectFromList(files));
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
      window.removeEventListener("paste", paste);
    };
  }, [navigate]);

  if (!isOver) return null;
  return (
    <div className={styles.overlay}>
      <div className={styles.overlayCard}>
        <Icon name="upload" size={48} />
        Drop photos or folders to upload them
      </div>
    </div>
  );
}
