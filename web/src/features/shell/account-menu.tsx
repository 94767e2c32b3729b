// Who is signed in, what their library holds, their settings, and the way out.
import { Link } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState } from "react";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { isAdmin, signOut } from "../../queries/session.ts";
import { sayBytes, sayNumber } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { toast } from "../../ui/toasts.tsx";
import styles from "./shell.module.css";
import { endUploads, useSendingShare } from "./use-uploads-in-background.ts";

export function AccountMenu({ user }: { user: UserInfo }) {
  const [isOpen, setOpen] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const isSending = useSendingShare() !== null;
  const panelId = useId();
  const box = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);

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
    setAsking(false);
    try {
      const next = await signOut(endUploads);
      // A new document: nothing of this person stays in memory.
      location.replace(next);
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
        <div>
          <p className={styles.who}>{user.name}</p>
          {user.email === null ? null : <p className={styles.whoMore}>{user.email}</p>}
        </div>
        <dl className={styles.facts}>
          <dt>Photos</dt>
          <dd>{sayNumber(user.storage.photos)}</dd>
          <dt>Storage used</dt>
          <dd>{sayBytes(user.storage.bytes)}</dd>
        </dl>
        <ul className={styles.ways}>
          <li>
            <Link to="/settings/$section" params={{ section: "profile" }} onClick={() => setOpen(false)}>
              <Icon name="settings" /> Settings
            </Link>
          </li>
          {isAdmin(user) ? (
            <li>
              <Link to="/admin/$tab" params={{ tab: "users" }} onClick={() => setOpen(false)}>
                <Icon name="shield" /> Admin
              </Link>
            </li>
          ) : null}
        </ul>
        <Button icon="signout" onClick={() => (isSending ? setAsking(true) : void leave())}>
          Sign out
        </Button>
      </div>
      {isAsking ? (
        <Dialog title="Photos are still being sent" onClose={() => setAsking(false)}>
          <p>
            Signing out forgets the ones that have not arrived yet: choose them again after signing in. What has arrived
            is safe.
          </p>
          <div className={styles.choices}>
            <Button kind="danger" onClick={() => void leave()}>
              Sign out anyway
            </Button>
            <Button onClick={() => setAsking(false)}>Stay</Button>
          </div>
        </Dialog>
      ) : null}
    </section>
  );
}
