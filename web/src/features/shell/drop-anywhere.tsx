// Files dropped or pasted anywhere in the app go to the upload page; signed out, they wait until somebody is signed in.
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { sayCount } from "../../say.ts";
import { Icon } from "../../ui/icon.tsx";
import { toast } from "../../ui/toasts.tsx";
import { type Collected, collectFromList, collectFromTransfer } from "../upload/collect-files.ts";
import styles from "./shell.module.css";
import { handFiles } from "./use-uploads-in-background.ts";

const carriesFiles = (transfer: DataTransfer | null): transfer is DataTransfer =>
  transfer?.types.includes("Files") ?? false;

/** A part of the page that takes files itself. */
const isTakenThere = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("[data-own-drop]") !== null;

/** A page of getting in: whoever is filling it in stays there. */
const GETTING_IN = /^\/(login|welcome|invite|register)/;

export function DropAnywhere({ isSignedIn }: { isSignedIn: boolean }) {
  const [isOver, setOver] = useState(false);
  const navigate = useNavigate();

  useEffect(() => {
    const take = async (collecting: Collected | Promise<Collected>) => {
      if (!GETTING_IN.test(location.pathname)) void navigate({ to: "/upload" });
      const collected = await collecting;
      if (!isSignedIn && collected.files.length > 0) {
        const photos = sayCount(collected.files.length, "photo waits", "photos wait");
        toast(`${photos} here, and will be sent as soon as you are signed in.`);
      }
      await handFiles(collected);
    };
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
      void take(collectFromTransfer(event.dataTransfer));
    };
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void take(collectFromList(files));
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
  }, [navigate, isSignedIn]);

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
