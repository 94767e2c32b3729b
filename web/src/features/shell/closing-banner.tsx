// While an account is being deleted: until when it can be taken back, and the button that does.
import { useState } from "react";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { auth } from "../../api.ts";
import { refreshSession } from "../../queries/session.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { announce } from "../../ui/live-region.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import styles from "./shell.module.css";

export function ClosingBanner({ user }: { user: UserInfo }) {
  const [error, setError] = useState<unknown>(null);
  async function keep() {
    setError(null);
    try {
      await auth.keepAccount();
      announce("Your account stays");
      await refreshSession();
    } catch (failure) {
      setError(failure);
    }
  }
  return (
    <section className={styles.closing} aria-label="Account deletion">
      <Notice
        tone="warn"
        title="This account is being deleted"
        actions={
          <Button kind="primary" onClick={() => void keep()}>
            Keep my account
          </Button>
        }
      >
        {user.deleteAfter === null
          ? "Everything in it is being removed."
          : `Everything in it is deleted for good on ${sayDate(user.deleteAfter)}. Until then nothing is lost.`}
      </Notice>
      {error ? <Failure what="The account could not be kept" error={error} /> : null}
    </section>
  );
}
