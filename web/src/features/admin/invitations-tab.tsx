// Who may come: a link each, shown once, good for a week.
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { CreateInvitation, Invitation } from "../../../../shared/contracts/admin.ts";
import { Email } from "../../../../shared/contracts/sign-in.ts";
import { admin } from "../../admin-api.ts";
import { ROLE_WORDS } from "../../identity-words.ts";
import { keys } from "../../queries/keys.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CopyField, SelectField, TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Row, Rows, Tag } from "../../ui/rows.tsx";
import { Listed } from "../settings/listed.tsx";
import { SectionCard } from "../settings/section-card.tsx";
import styles from "../settings/settings.module.css";
import { ShownOnceDialog } from "../settings/shown-once-dialog.tsx";
import { useAct } from "../settings/use-act.ts";
import { readGigabytes } from "./gigabytes.ts";

const STATE_WORDS = { open: "Open", accepted: "Accepted", expired: "Ended", revoked: "Taken back" } as const;

export function InvitationsTab() {
  const list = useQuery({ queryKey: keys.invitations, queryFn: admin.invitations });
  const revoke = useAct({
    run: admin.revokeInvitation,
    changes: [keys.invitations],
    done: "Invitation taken back",
  });
  const [isInviting, setInviting] = useState(false);
  return (
    <SectionCard
      title="Invitations"
      intro="Each is a link that makes one account, once, within a week."
      action={
        <Button icon="plus" onClick={() => setInviting(true)}>
          Invite somebody
        </Button>
      }
    >
      {revoke.isError ? <Failure what="The invitation could not be taken back" error={revoke.error} /> : null}
      <Listed query={list} items={list.data?.items} what="The invitations" empty="Nobody is invited.">
        {(items) => (
          <Rows label="Invitations">
            {items.map((one) => (
              <Row
                key={one.id}
                title={one.email ?? "Anybody with the link"}
                tags={<Tag {...(one.state === "open" ? { tone: "ok" as const } : {})}>{STATE_WORDS[one.state]}</Tag>}
                facts={factsOf(one)}
                actions={
                  one.state === "open" ? (
                    <Button
                      small
                      aria-label={`Take back the invitation of ${one.email ?? "anybody with the link"}`}
                      disabled={revoke.isPending}
                      onClick={() => revoke.mutate(one.id)}
                    >
                      Take back
                    </Button>
                  ) : null
                }
              />
            ))}
          </Rows>
        )}
      </Listed>
      {isInviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </SectionCard>
  );
}

function factsOf(one: Invitation): string {
  return [
    ROLE_WORDS[one.role],
    `made ${sayDate(one.createdAt)}${one.invitedBy === null ? "" : ` by ${one.invitedBy}`}`,
    one.state === "open" ? `good until ${sayDate(one.expiresAt)}` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

function InviteDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<CreateInvitation["role"]>("member");
  const [room, setRoom] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const invite = useAct({ run: admin.invite, changes: [keys.invitations], done: "Invitation made. Copy its link." });
  const quotaBytes = readGigabytes(room);

  function submit(event: FormEvent) {
    event.preventDefault();
    const read = email.trim() === "" ? null : Email.safeParse(email);
    setProblem(read?.success === false ? "This is not an e-mail address. You can leave it empty." : null);
    if (read?.success === false || quotaBytes === undefined || invite.isPending) return;
    invite.mutate({
      role,
      ...(read === null ? {} : { email: read.data }),
      ...(quotaBytes === null ? {} : { quotaBytes }),
    });
  }

  if (invite.isSuccess) {
    return (
      <ShownOnceDialog title="Send this link" onClose={onClose}>
        <p>
          {invite.data.isMailed ? `It was mailed to ${invite.data.email}. ` : ""}This is the only time it is shown; it
          works once, until {sayDate(invite.data.expiresAt)}.
        </p>
        <CopyField label="Invitation link" value={invite.data.url} />
      </ShownOnceDialog>
    );
  }
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        {invite.isError ? <Failure what="The invitation could not be made" error={invite.error} /> : null}
        <TextField
          label="E-mail address (optional)"
          data-first-focus
          type="email"
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          problem={problem}
          hint="Only this address can accept then. Without one, whoever has the link can."
        />
        <SelectField
          label="Role"
          value={role}
          onChange={(event) => setRole(event.target.value === "admin" ? "admin" : "member")}
        >
          <option value="member">{ROLE_WORDS.member}</option>
          <option value="admin">{ROLE_WORDS.admin}</option>
        </SelectField>
        <TextField
          label="Room in GB (optional)"
          inputMode="decimal"
          value={room}
          onChange={(event) => setRoom(event.target.value)}
          problem={quotaBytes === undefined ? "Type a number, or leave it empty." : null}
        />
        <div className={styles.buttons}>
          <Button kind="primary" type="submit" disabled={invite.isPending}>
            {invite.isPending ? "Inviting…" : "Make the link"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
