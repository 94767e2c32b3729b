// A public link to a picture: until when, then the link itself; and the end of all links of the photo.
import { type FormEvent, useState } from "react";
import { links } from "../../renders-api.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CopyField, SelectField } from "../../ui/field.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { ShownOnceDialog } from "../settings/shown-once-dialog.tsx";
import { useAct } from "../settings/use-act.ts";
import styles from "./makers.module.css";

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const LIVES = [
  { seconds: HOUR_SECONDS, label: "One hour" },
  { seconds: DAY_SECONDS, label: "One day" },
  { seconds: 7 * DAY_SECONDS, label: "One week" },
  { seconds: 30 * DAY_SECONDS, label: "30 days" },
  { seconds: 365 * DAY_SECONDS, label: "One year" },
] as const;
const FIRST_LIFE = 30 * DAY_SECONDS;

interface PublicLinkDialogProps {
  readonly photoId: string;
  readonly ops: string;
  /** The address's last part. */
  readonly file: string;
  readonly onClose: () => void;
}

export function PublicLinkDialog({ photoId, ops, file, onClose }: PublicLinkDialogProps) {
  const [life, setLife] = useState<number>(FIRST_LIFE);
  const create = useAct({
    run: () => links.create(photoId, { ops, file, expiresInSeconds: life }),
    changes: [],
    done: "Link created",
  });
  const endAll = useAct({ run: () => links.endAll(photoId), changes: [], done: "Every link has ended" });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!create.isPending) create.mutate();
  }

  if (create.data) {
    return (
      <ShownOnceDialog title="Your public link" onClose={onClose}>
        <p>Whoever has it sees this picture until {sayDate(create.data.expiresAt)}, and nothing else of yours.</p>
        <CopyField label="Public link" value={create.data.url} />
      </ShownOnceDialog>
    );
  }
  return (
    <Dialog title="Create a public link" onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <p>Anybody who has the link can open this one picture, without signing in, until it ends.</p>
        {create.isError ? <Failure what="The link could not be created" error={create.error} /> : null}
        {endAll.isError ? <Failure what="The links could not be ended" error={endAll.error} /> : null}
        {endAll.isSuccess ? <Notice tone="ok" title="Every public link of this photo has ended." /> : null}
        <SelectField
          label="It ends after"
          data-first-focus
          value={life}
          onChange={(event) => setLife(Number(event.target.value))}
        >
          {LIVES.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </SelectField>
        <div className={styles.buttons}>
          <Button kind="primary" type="submit" disabled={create.isPending}>
            {create.isPending ? "Creating…" : "Create the link"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" disabled={endAll.isPending} onClick={() => endAll.mutate()}>
            End all links of this photo
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
