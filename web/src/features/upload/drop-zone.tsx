// The place to drop on, and the two buttons for everybody who does not drag.
import { type ChangeEvent, useRef } from "react";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ACCEPT } from "./accepts-file.ts";
import { collectFromList } from "./collect-files.ts";
import styles from "./drop-zone.module.css";
import { addFiles } from "./upload-client.ts";

export function DropZone({ isSmall }: { isSmall: boolean }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  function take(event: ChangeEvent<HTMLInputElement>) {
    addFiles(collectFromList(event.target.files ?? []));
    // So that choosing the same files again is a change again.
    event.target.value = "";
  }

  return (
    <section className={`${styles.zone} ${isSmall ? styles.small : ""}`} aria-label="Add photos">
      <span className={styles.icon}>
        <Icon name="upload" size={isSmall ? 28 : 44} />
      </span>
      <div className={styles.words}>
        <p className={styles.title}>Drop photos or folders here</p>
        <p className={styles.hint}>or anywhere in this window; pasting works too</p>
      </div>
      <div className={styles.buttons}>
        <Button kind="primary" icon="gallery" onClick={() => files.current?.click()}>
          Choose files
        </Button>
        <Button icon="folder" onClick={() => folder.current?.click()}>
          Choose folder
        </Button>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        accept={ACCEPT}
        hidden
        aria-hidden="true"
        tabIndex={-1}
        data-testid="files"
        onChange={take}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-hidden="true"
        tabIndex={-1}
        data-testid="folder"
        onChange={take}
        {...{ webkitdirectory: "" }}
      />
    </section>
  );
}
