// Find by photo: a picture goes in, photos with the same face come out. The picture itself is not stored.
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type DragEvent, useRef, useState } from "react";
import { FACE_SEARCH_MAX_BYTES } from "../../../../shared/contracts/limits.ts";
import type { FaceSearchResult, Likelihood } from "../../../../shared/contracts/people.ts";
import { faces as api } from "../../people-api.ts";
import { keys } from "../../queries/keys.ts";
import { sayBytes, sayCount, sayDay } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { announce } from "../../ui/live-region.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { Card } from "../../ui/page.tsx";
import { FaceCrop } from "./face-crop.tsx";
import styles from "./find-by-photo.module.css";
import { LIKELIHOOD_WORDS } from "./likelihood-words.ts";

export function FindByPhoto() {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState<string | null>(null);
  const search = useMutation({
    mutationKey: keys.faceSearch,
    mutationFn: (picture: File) => api.searchByPhoto(picture),
    onSuccess: ({ items }) =>
      announce(items.length === 0 ? "No photo found" : `${sayCount(items.length, "photo", "photos")} found`),
  });

  function find(picture: File | undefined) {
    if (!picture) return;
    setTooLarge(picture.size > FACE_SEARCH_MAX_BYTES ? picture.name : null);
    if (picture.size <= FACE_SEARCH_MAX_BYTES) search.mutate(picture);
  }

  return (
    <Card className={styles.card} aria-labelledby="find">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a bonus; the button does the same */}
      <div
        className={styles.zone}
        data-own-drop=""
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event: DragEvent) => {
          event.preventDefault();
          setOver(false);
          find(event.dataTransfer.files[0]);
        }}
      >
        <div className={styles.words}>
          <h2 id="find" className={styles.title}>
            Find by photo
          </h2>
          <p>
            Drop a picture of somebody here, or choose one. It is only looked at: neither it nor its face is stored.
          </p>
        </div>
        <Button icon="search" disabled={search.isPending} onClick={() => input.current?.click()}>
          {search.isPending ? "Looking…" : "Choose a picture"}
        </Button>
        <input
          ref={input}
          type="file"
          accept="image/*"
          hidden
          aria-hidden="true"
          tabIndex={-1}
          data-testid="find-by-photo"
          onChange={(event) => {
            find(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
      {tooLarge === null ? null : (
        <Notice tone="warn" title={`${tooLarge} is too large to search with`}>
          Choose a picture of at most {sayBytes(FACE_SEARCH_MAX_BYTES)}.
        </Notice>
      )}
      {search.isError ? <Failure what="That picture could not be searched with" error={search.error} /> : null}
      {search.data ? <Found result={search.data} /> : null}
    </Card>
  );
}

function Found({ result: { found, items } }: { result: FaceSearchResult }) {
  if (found.length === 0)
    return (
      <Notice title="There is no face in that picture">
        Choose one where a face is large and seen from the front.
      </Notice>
    );
  if (items.length === 0)
    return (
      <Notice title="Nobody like that is in your photos">The same person may look different in another picture.</Notice>
    );
  return (
    <>
      {found.length > 1 ? (
        <p className={styles.hint}>There are {found.length} faces in it; the largest was searched for.</p>
      ) : null}
      <ul className={styles.results}>
        {items.map(({ photo, face, likelihood }) => (
          <li key={face.id}>
            <Link to="/gallery" search={{ photo: photo.id }} className={styles.result}>
              <FaceCrop src={face.crop} size={104} square />
              <Mark likelihood={likelihood} />
              <span className={styles.hint}>{sayDay((photo.takenAt ?? photo.createdAt).slice(0, 10))}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function Mark({ likelihood }: { likelihood: Likelihood }) {
  return <span className={styles.likelihood}>{LIKELIHOOD_WORDS[likelihood]}</span>;
}
