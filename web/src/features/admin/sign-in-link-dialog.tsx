// An owner's help for somebody who cannot get in any more: a link to hand over, shown once.
import type { AdminUser } from "../../../../shared/contracts/admin.ts";
import { admin } from "../../admin-api.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CopyField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import styles from "../settings/settings.module.css";
import { ShownOnceDialog } from "../settings/shown-once-dialog.tsx";
import { useAct } from "../settings/use-act.ts";

export function SignInLinkDialog({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const make = useAct({
    run: () => admin.makeSignInLink(user.id),
    changes: [],
    done: "Sign-in link made. Copy it.",
  });
  if (make.isSuccess) {
    return (
      <ShownOnceDialog title="Hand over this link" onClose={onClose}>
        <p>
          This is the only time it is shown. It opens the account of {user.name} once, until{" "}
          {sayDate(make.data.expiresAt)}: give it to nobody else.
        </p>
        <CopyField label="Sign-in link" value={make.data.url} />
      </ShownOnceDialog>
    );
  }
  return (
    <Dialog title={`New sign-in link for ${user.name}?`} onClose={onClose}>
      <p>
        For somebody who has lost every way in. The link is good for a day and works once; whoever has it is in the
        account. The person is told: their activity shows it, and a letter says it where their address is proved.
      </p>
      {make.isError ? <Failure what="The link could not be made" error={make.error} /> : null}
      <div className={styles.buttons}>
        <Button kind="primary" icon="key" data-first-focus disabled={make.isPending} onClick={() => make.mutate()}>
          {make.isPending ? "Making it…" : "Make the link"}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </Dialog>
  );
}
