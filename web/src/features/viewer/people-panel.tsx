// Who is in this photo: each face beside its name, a field where there is none, and what a human may put right.
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Face, Photo } from "../../../../shared/contracts/photos.ts";
import { SKIP_WORDS } from "../../plain-words.ts";
import { Button } from "../../ui/button.tsx";
import { Isolated } from "../../ui/isolate.tsx";
import { Failure, Skeleton } from "../../ui/notice.tsx";
import { useKeptFocus } from "../../ui/use-kept-focus.ts";
import { moveFaces, type NameChoice, notAFace, notThisPerson } from "../people/decisions.ts";
import { FaceCrop } from "../people/face-crop.tsx";
import { likelyName } from "../people/likelihood-words.ts";
import { NameField } from "../people/name-field.tsx";
import styles from "./faces.module.css";
import { faceLabel, type PhotoFaces } from "./use-photo-faces.ts";

interface PeoplePanelProps {
  readonly photo: Photo;
  readonly found: PhotoFaces;
  readonly activeId: string | null;
  readonly onActive: (id: string | null) => void;
  /** The face whose name field is open. */
  readonly namingId: string | null;
  readonly onNaming: (id: string | null) => void;
  /** Set while a box is being drawn; then the panel asks whose face it is. */
  readonly drawing: { readonly onSave: (choice: NameChoice | null) => void; readonly onCancel: () => void } | null;
  readonly onDraw: () => void;
}

export function PeoplePanel(props: PeoplePanelProps) {
  const { photo, found, drawing, onDraw } = props;
  const { state, reason } = photo.stages.index;
  const list = useRef<HTMLUListElement>(null);
  useKeptFocus(list, "li");
  const isIndexed = state === "done";
  return (
    <section className={styles.panel} aria-labelledby="in-photo">
      <h2 id="in-photo">People</h2>
      {found.state === "loading" ? <Skeleton height={56} /> : null}
      {found.state === "failed" ? (
        <Failure what="The faces could not be read" error={found.error} onRetry={found.retry} />
      ) : null}
      {!isIndexed && state !== "skipped" ? <p className={styles.quiet}>Not looked through for faces yet.</p> : null}
      {state === "skipped" ? (
        <p className={styles.quiet}>{SKIP_WORDS[reason as keyof typeof SKIP_WORDS]?.sentence ?? "Skipped."}</p>
      ) : null}
      {isIndexed && found.state === "ready" && found.faces.length === 0 && !drawing ? (
        <p className={styles.quiet}>No face was found in this photo.</p>
      ) : null}
      <ul className={styles.faces} ref={list}>
        {found.faces.map((face, at) => (
          <FaceRow key={face.id} face={face} at={at} {...props} />
        ))}
      </ul>
      {drawing ? <NewFace {...drawing} /> : null}
      {isIndexed && !drawing ? (
        <div>
          <Button small icon="plus" onClick={onDraw}>
            Draw a face
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function FaceRow({
  face,
  at,
  activeId,
  onActive,
  namingId,
  onNaming,
}: PeoplePanelProps & { readonly face: Face; readonly at: number }) {
  const label = faceLabel(face, at);
  const row = useRef<HTMLLIElement>(null);
  const isNaming = namingId === face.id;
  const isActive = activeId === face.id;
  const hasName = face.personName !== null;

  useEffect(() => {
    if (isNaming) row.current?.scrollIntoView({ block: "nearest" });
  }, [isNaming]);

  function close() {
    onNaming(null);
    // The field goes: whoever typed in it goes on at the button that opened it.
    requestAnimationFrame(() => row.current?.querySelector<HTMLElement>("button")?.focus());
  }

  function name(choice: NameChoice) {
    close();
    void moveFaces([face], choice);
  }

  return (
    <li
      ref={row}
      className={styles.row}
      data-active={isActive || undefined}
      data-face={face.id}
      onPointerEnter={() => onActive(face.id)}
      onPointerLeave={() => onActive(null)}
      onFocus={() => onActive(face.id)}
      onBlur={() => onActive(null)}
    >
      <FaceCrop src={face.crop} size={52} eager />
      <div className={styles.rowWords}>
        {isNaming ? (
          <NameField
            label={`Who is ${hasName ? label : `face ${at + 1}`}?`}
            placeholder="Name"
            takesFocus
            offersAtOnce
            submitLabel="Save"
            onChoose={name}
            onCancel={close}
          />
        ) : (
          <>
            <div className={styles.rowHead}>
              {face.person === null ? (
                <span className={styles.quiet}>{label}</span>
              ) : (
                <Link to="/people/$personId" params={{ personId: face.person }} className={styles.name}>
                  <Isolated>{face.personName ?? "Unnamed person"}</Isolated>
                </Link>
              )}
              {face.origin === "drawn" ? <span className={styles.tag}>drawn</span> : null}
            </div>
            {face.suggestion ? (
              <Button
                small
                kind="primary"
                onClick={() => {
                  const { person, name: known } = face.suggestion as NonNullable<Face["suggestion"]>;
                  void moveFaces([face], { kind: "known", person: { id: person, name: known } });
                }}
              >
                {likelyName(face.suggestion.likelihood, face.suggestion.name ?? "an unnamed person")}
              </Button>
            ) : null}
            <div className={styles.rowButtons}>
              <Button small kind={hasName ? "quiet" : "secondary"} icon="edit" onClick={() => onNaming(face.id)}>
                {hasName ? "Somebody else" : "Name"}
              </Button>
              {face.person === null ? null : (
                <Button
                  small
                  kind="quiet"
                  aria-label={`Not this person: ${label}`}
                  onClick={() => void notThisPerson([face], face.personName ?? "this person")}
                >
                  Not this person
                </Button>
              )}
              <Button small kind="quiet" aria-label={`Not a face: ${label}`} onClick={() => void notAFace([face])}>
                Not a face
              </Button>
            </div>
          </>
        )}
      </div>
    </li>
  );
}

function NewFace({ onSave, onCancel }: NonNullable<PeoplePanelProps["drawing"]>) {
  return (
    <div className={styles.newFace}>
      <h3>A new face</h3>
      <p className={styles.quiet}>
        Drag a box around it; or move it with the arrow keys, and change its size with Shift and the arrow keys.
      </p>
      <NameField
        label="Whose face is it?"
        isLabelShown
        placeholder="Name"
        submitLabel="Save"
        onChoose={onSave}
        onCancel={onCancel}
      />
      <div>
        <Button small onClick={() => onSave(null)}>
          Save without a name
        </Button>
      </div>
    </div>
  );
}
