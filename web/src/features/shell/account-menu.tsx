// Who is signed in, what their library holds, and the way out.
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState } from "react";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { signOut } from "../../queries/session.ts";
import { sayBytes, sayNumber } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { toast } from "../../ui/toasts.tsx";
import styles from "./shell.module.css";

export function AccountMenu({ user }: { user: UserInfo }) {
  const [isOpen, setOpen] = useState(false);
  const panelId = useId();
  const box = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const navigate = useNavigate();

  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const closeByKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener("pointerdown", closeOutside);
    document.addEventListener("focusin", closeOutside);
    document.addEventListener("keydown", closeByKey);
    return () => {
      document.removeEventListener("pointerdown", closeOutside);
      document.removeEventListener("focusin", closeOutside);
      document.removeEventListener("keydown", closeByKey);
    };
  }, [isOpen]);

  async function leave() {
    try {
      await signOut();
      await navigate({ to: "/login" });
    } catch {
      toast("You could not be signed out: the server did not answer.", { tone: "error" });
    }
  }

  return (
    <section className={styles.account} aria-label="Account" ref={box}>
      <button
        ref={button}
        type="button"
        className={styles.accountButton}
        aria-expanded={isOpen}
        aria-controls={panelId}
        aria-label={`Account of ${user.name}`}
        onClick={() => setOpen(!isOpen)}
      >
        {user.name.trim().slice(0, 1).toUpperCase() || "?"}
      </button>
      <div className={styles.panel} id={panelId} hidden={!isOpen}>
        <p className={styles.who}>{user.name}</p>
        <dl className={styles.facts}>
          <dt>Photos</dt>
          <dd>{sayNumber(user.storage.photos)}</dd>
          <dt>Storage used</dt>
          <dd>{sayBytes(user.storage.bytes)}</dd>
        </dl>
        <Button icon="signout" onClick={() => void leave()}>
          Sign out
        </Button>
      </div>
    </section>
  );
}
