// What a link needs to be told before it goes on: that it is meant, or who it is for.
import { Button } from "../../ui/button.tsx";
import { Isolated } from "../../ui/isolate.tsx";
import { Notice } from "../../ui/notice.tsx";
import { EntryCard } from "./card.tsx";
import styles from "./login-page.module.css";

export function LinkQuestion({ name, onUse, onStay }: { name: string; onUse: () => void; onStay: () => void }) {
  return (
    <EntryCard tab="Use the link?" title="Use this link?">
      <p>
        You are signed in as <Isolated>{name}</Isolated>. This link signs in somebody, perhaps somebody else. Use it
        only if you asked for it, also where it is to confirm your address.
      </p>
      <div className={styles.form}>
        <Button kind="primary" onClick={onUse}>
          Use the link
        </Button>
        <Button onClick={onStay}>Stay signed in</Button>
      </div>
    </EntryCard>
  );
}

export function ForeignLink({ name, onStay }: { name: string; onStay: () => void }) {
  return (
    <EntryCard tab="Another account's link" title="This link is for another account">
      <p>
        It confirms an address of the account that asked for it, and you are signed in as <Isolated>{name}</Isolated>.
        The link still works: sign out, sign in to that account, and open it again.
      </p>
      <Button kind="primary" onClick={onStay}>
        Stay signed in
      </Button>
    </EntryCard>
  );
}

export function WaitingLink() {
  return (
    <Notice title="Sign in to confirm your address">
      The link you opened belongs to the account that asked for it. Sign in to that account here, and the link goes on
      by itself. It has not been used up.
    </Notice>
  );
}
