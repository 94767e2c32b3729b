// What stopped, grouped by cause: one sentence, what to do, Retry. Absent while all is well.
import { wordsFor } from "../../plain-words.ts";
import { sayCount, sayNumber } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { Attention } from "./batch-summary.ts";
import type { RowUpdate } from "./engine/engine-protocol.ts";
import styles from "./needs-attention.module.css";
import { retryPhotos, retrySends } from "./upload-client.ts";

const NAMES_SHOWN = 3;

function retry(batch: string, group: Attention): void {
  if (group.source === "send") retrySends(batch, group.indexes);
  else void retryPhotos(group.photoIds);
}

export function NeedsAttention({
  batch,
  groups,
  rows,
}: {
  batch: string;
  groups: readonly Attention[];
  rows: readonly RowUpdate[];
}) {
  if (groups.length === 0) return null;
  const total = groups.reduce((sum, group) => sum + group.indexes.length, 0);
  return (
    <section className={styles.groups} aria-label="Needs attention">
      <div className={styles.head}>
        <h3>Needs attention</h3>
        {groups.length > 1 ? (
          <Button small icon="retry" onClick={() => groups.map((group) => retry(batch, group))}>
            Retry all {sayNumber(total)}
          </Button>
        ) : null}
      </div>
      {groups.map((group) => {
        const words = wordsFor(group.cause, group.source);
        const names = group.indexes.slice(0, NAMES_SHOWN).map((index) => rows[index]?.path.split("/").at(-1) ?? "");
        const more = group.indexes.length - names.length;
        return (
          <Notice
            key={`${group.source}/${group.cause}`}
            tone="error"
            title={`${sayCount(group.indexes.length, "photo", "photos")}: ${words.sentence}`}
            actions={
              <Button small icon="retry" onClick={() => retry(batch, group)}>
                Retry {group.indexes.length === 1 ? "" : sayNumber(group.indexes.length)}
              </Button>
            }
          >
            <p>{words.action}</p>
            <p className={styles.names}>
              {names.join(", ")}
              {more > 0 ? ` and ${sayNumber(more)} more` : ""}
            </p>
          </Notice>
        );
      })}
    </section>
  );
}
