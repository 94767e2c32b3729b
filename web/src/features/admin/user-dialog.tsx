// One user: role, lock, room. What the server would refuse is not offered.
import { type FormEvent, useState } from "react";
import type { AdminUser, PatchUser } from "../../../../shared/contracts/admin.ts";
import { Role, type UserInfo } from "../../../../shared/contracts/auth.ts";
import { admin } from "../../admin-api.ts";
import { ROLE_WORDS } from "../../identity-words.ts";
import { keys } from "../../queries/keys.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, SelectField, TextField } from "../../ui/field.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import styles from "../settings/settings.module.css";
import { useAct } from "../settings/use-act.ts";
import { readCount, readGigabytes, writeGigabytes } from "./gigabytes.ts";

export function UserDialog({ user, me, onClose }: { user: AdminUser; me: UserInfo; onClose: () => void }) {
  const [role, setRole] = useState(user.role);
  const [isLocked, setLocked] = useState(user.status === "disabled");
  const [room, setRoom] = useState(writeGigabytes(user.storage.quotaBytes));
  const [photos, setPhotos] = useState(user.storage.quotaPhotos === null ? "" : String(user.storage.quotaPhotos));
  const save = useAct({
    run: (body: PatchUser) => admin.patchUser(user.id, body),
    changes: [keys.adminUsers],
    done: "Saved",
  });
  const quotaBytes = readGigabytes(room);
  const quotaPhotos = readCount(photos);
  const isMe = user.id === me.sub;
  const isAboveMe = user.role === "owner" && me.role !== "owner";

  function submit(event: FormEvent) {
    event.preventDefault();
    if (quotaBytes === undefined || quotaPhotos === undefined || save.isPending) return;
    const status = isLocked ? "disabled" : "active";
    save.mutate(
      {
        ...(role === user.role ? {} : { role }),
        ...(user.status === "closing" || status === user.status ? {} : { status }),
        ...(quotaBytes === user.storage.quotaBytes ? {} : { quotaBytes }),
        ...(quotaPhotos === user.storage.quotaPhotos ? {} : { quotaPhotos }),
      },
      { onSuccess: onClose },
    );
  }

  return (
    <Dialog title={user.name} onClose={onClose}>
      {isAboveMe ? <Notice title="Only an owner may change an owner" /> : null}
      <form className={styles.form} onSubmit={submit} noValidate>
        {save.isError ? <Failure what="Nothing was changed" error={save.error} /> : null}
        {isMe || isAboveMe ? null : (
          <>
            <SelectField
              label="Role"
              data-first-focus
              value={role}
              onChange={(event) => setRole(Role.parse(event.target.value))}
              hint="Admins run this installation. They do not see other people's photos."
            >
              {Role.options
                .filter((one) => one !== "owner" || me.role === "owner")
                .map((one) => (
                  <option key={one} value={one}>
                    {ROLE_WORDS[one]}
                  </option>
                ))}
            </SelectField>
            {user.status === "closing" ? null : (
              <CheckField
                label="Locked"
                hint="Signed out everywhere, and cannot sign in. Nothing is deleted."
                checked={isLocked}
                onChange={(event) => setLocked(event.target.checked)}
              />
            )}
          </>
        )}
        <TextField
          label="Room in GB"
          inputMode="decimal"
          value={room}
          onChange={(event) => setRoom(event.target.value)}
          problem={quotaBytes === undefined ? "Type a number, or leave it empty." : null}
          hint="Empty: as the installation has it."
        />
        <TextField
          label="At most this many photos"
          inputMode="numeric"
          value={photos}
          onChange={(event) => setPhotos(event.target.value)}
          problem={quotaPhotos === undefined ? "Type a whole number, or leave it empty." : null}
          hint="Empty: as the installation has it."
        />
        <div className={styles.buttons}>
          <Button kind="primary" type="submit" disabled={save.isPending || isAboveMe}>
            {save.isPending ? "Saving…" : "Save"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
