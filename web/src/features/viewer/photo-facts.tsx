// What is known of a photo, and where both stages stand, in words.
import type { Photo, Stage } from "../../../../shared/contracts/photos.ts";
import { FAIL_WORDS, SKIP_WORDS } from "../../plain-words.ts";
import { sayBytes, sayCount, sayDate, sayNumber } from "../../say.ts";
import { Icon, type IconName } from "../../ui/icon.tsx";
import styles from "./viewer.module.css";

export function PhotoFacts({ photo }: { photo: Photo }) {
  const pixels =
    photo.width && photo.height ? `${sayNumber(photo.width)} × ${sayNumber(photo.height)} px` : "Not known yet";
  return (
    <section className={styles.known} aria-labelledby="known-of-photo">
      <h2 id="known-of-photo">Details</h2>
      <dl>
        <Fact name="File" value={photo.filename} />
        <Fact name="Dimensions" value={pixels} />
        <Fact name="Size" value={`${sayBytes(photo.bytes)} · ${photo.mime}`} />
        <Fact name="Taken" value={photo.takenAt ? sayDate(photo.takenAt) : "Not recorded in the file"} />
        <Fact name="Added" value={sayDate(photo.createdAt)} />
        {photo.camera ? <Fact name="Camera" value={photo.camera} /> : null}
        {photo.location ? (
          <Fact name="Place" value={`${photo.location.latitude.toFixed(4)}, ${photo.location.longitude.toFixed(4)}`} />
        ) : null}
        <Fact name="Faces" value={photo.stages.index.state === "done" ? sayCount(photo.faces, "face", "faces") : "—"} />
      </dl>
      <h3>Stages</h3>
      <ul className={styles.stages}>
        <StageLine name="Thumbnail" stage={photo.stages.thumbnail} />
        <StageLine name="Indexing with AI" stage={photo.stages.index} />
      </ul>
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const STAGE_LOOK = {
  pending: { icon: "clock", word: "waiting" },
  running: { icon: "clock", word: "in progress" },
  done: { icon: "check", word: "done" },
  skipped: { icon: "info", word: "skipped" },
  failed: { icon: "alert", word: "needs attention" },
} as const satisfies Record<Stage["state"], { icon: IconName; word: string }>;

function StageLine({ name, stage }: { name: string; stage: Stage }) {
  const { icon, word } = STAGE_LOOK[stage.state];
  const time = stage.state === "done" && stage.ms !== undefined ? ` in ${sayNumber(stage.ms)} ms` : "";
  const why =
    stage.reason === undefined
      ? null
      : stage.reason in SKIP_WORDS
        ? SKIP_WORDS[stage.reason as keyof typeof SKIP_WORDS].sentence
        : FAIL_WORDS[stage.reason as keyof typeof FAIL_WORDS].sentence;
  return (
    <li className={styles[stage.state]}>
      <Icon name={icon} size={18} />
      <div>
        <p>
          {name}: {word}
          {time}
        </p>
        {why ? <p className={styles.why}>{why}</p> : null}
      </div>
    </li>
  );
}
