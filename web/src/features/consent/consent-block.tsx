// The consent block on top of People: on or off, what that means, what is stored, and how to delete all of it.
import { useId, useState } from "react";
import type { FaceConsent } from "../../../../shared/contracts/consent.ts";
import { sayCount, sayDate, sayNumber } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { announce } from "../../ui/live-region.tsx";
import { EmptyState, Failure, Notice } from "../../ui/notice.tsx";
import { Card } from "../../ui/page.tsx";
import styles from "./consent.module.css";
import { CONSENT_SENTENCE, IndexingProgress } from "./consent-ask.tsx";
import { isWorking, useDecideConsent } from "./use-consent.ts";

export function ConsentBlock({ consent }: { consent: FaceConsent }) {
  const decision = useDecideConsent();
  const [isAsking, setAsking] = useState(false);
  const titleId = useId();
  const hasStored = consent.stored.faces + consent.stored.people + consent.stored.vectors > 0;

  if (consent.preset === "off") {
    return (
      <Notice title="Face recognition is switched off for this installation">
        Its operator has decided that faces are never recognised here. No photo is searched for faces, and none can be
        turned on from this page.
        {hasStored
          ? ` ${storedWords(consent)} from before ${consent.isDeleting ? "is being" : "will be"} deleted.`
          : ""}
      </Notice>
    );
  }

  function turn(granted: boolean) {
    decision.mutate(granted, {
      onSuccess: () =>
        announce(granted ? "Face recognition is on" : "Face recognition is off. All face data is being deleted."),
    });
  }

  return (
    <Card className={styles.block} aria-labelledby={titleId}>
      <div className={styles.head}>
        <h2 id={titleId} className={styles.title}>
          Face recognition
        </h2>
        <button
          type="button"
          role="switch"
          aria-checked={consent.effective}
          aria-labelledby={titleId}
          className={styles.switch}
          // Off deletes: that is asked about first. On is one press.
          onClick={() => (consent.effective ? setAsking(true) : turn(true))}
        >
          <span className={styles.knob} aria-hidden="true" />
          <span className={styles.switchWord}>{consent.effective ? "On" : "Off"}</span>
        </button>
      </div>
      <p className={styles.sentence}>{CONSENT_SENTENCE}</p>
      {decision.isError ? <Failure what="That could not be changed" error={decision.error} /> : null}
      {consent.isDeleting ? (
        <Notice tone="warn" title="All face data is being deleted">
          This takes less than a minute. You can leave this page.
        </Notice>
      ) : null}
      {consent.effective ? (
        <>
          <dl className={styles.stored}>
            <Stored name="Faces" value={consent.stored.faces} />
            <Stored name="People" value={consent.stored.people} />
            <Stored name="Encrypted face vectors" value={consent.stored.vectors} />
            {consent.photosWaiting > 0 ? <Stored name="Photos waiting" value={consent.photosWaiting} /> : null}
          </dl>
          {isWorking(consent) ? <IndexingProgress /> : null}
          <div className={styles.foot}>
            <p className={styles.since}>
              {consent.decidedAt === null
                ? "On because the operator of this installation has preset it."
                : `On since ${sayDate(consent.decidedAt)}.`}
            </p>
            <Button small icon="trash" onClick={() => setAsking(true)}>
              Delete all face data
            </Button>
          </div>
        </>
      ) : (
        <p className={styles.since}>
          {consent.photosWaiting > 0
            ? `${sayCount(consent.photosWaiting, "photo has", "photos have")} not been looked through for faces.`
            : "No photo is looked through for faces."}{" "}
          {hasStored ? storedWords(consent) : consent.isDeleting ? "" : "No face data is stored."}
        </p>
      )}
      {isAsking ? (
        <DeleteDialog
          consent={consent}
          onDelete={() => {
            setAsking(false);
            turn(false);
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </Card>
  );
}

/** What stands in the place of people while recognition is off. */
export function TurnOn() {
  const decision = useDecideConsent();
  return (
    <EmptyState
      icon="people"
      title="People appear here once recognition is on"
      actions={
        <Button
          kind="primary"
          disabled={decision.isPending}
          onClick={() => decision.mutate(true, { onSuccess: () => announce("Face recognition is on") })}
        >
          Turn on face recognition
        </Button>
      }
    >
      Every photo you have is then looked through, and every photo that comes.
      {decision.isError ? " It could not be turned on just now: try again in a moment." : ""}
    </EmptyState>
  );
}

function storedWords({ stored }: FaceConsent): string {
  return `${sayCount(stored.faces, "face", "faces")} and ${sayCount(stored.people, "person", "people")}`;
}

function Stored({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{sayNumber(value)}</dd>
    </div>
  );
}

/** Two steps: say what goes, and tick that it is understood. */
function DeleteDialog({
  consent,
  onDelete,
  onClose,
}: {
  consent: FaceConsent;
  onDelete: () => void;
  onClose: () => void;
}) {
  const [isUnderstood, setUnderstood] = useState(false);
  return (
    <Dialog title="Turn off and delete all face data?" onClose={onClose}>
      <p>
        {sayCount(consent.stored.faces, "face", "faces")}, {sayCount(consent.stored.people, "person", "people")} with
        their names, every face vector and the whole history of people are deleted within a minute.{" "}
        <b>This cannot be undone.</b>
      </p>
      <p>
        Your photos stay as they are. Turning recognition on again starts from nothing: names have to be given again.
      </p>
      <label className={styles.understood}>
        <input type="checkbox" checked={isUnderstood} onChange={(event) => setUnderstood(event.target.checked)} />
        Delete the names and faces for good
      </label>
      <div className={styles.buttons}>
        <Button kind="danger" icon="trash" disabled={!isUnderstood} onClick={onDelete}>
          Turn off and delete
        </Button>
        <Button onClick={onClose}>Keep everything</Button>
      </div>
    </Dialog>
  );
}
