// How much room there is, and taking everything along.
import { useState } from "react";
import type { AccountExport } from "../../../../shared/contracts/account.ts";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { account } from "../../identity-api.ts";
import { sayBytes, sayCount, sayNumber } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { SectionCard } from "./section-card.tsx";
import styles from "./settings.module.css";
import { useAct } from "./use-act.ts";

/** Share of the quota from which the bar warns. */
const NEARLY_FULL = 0.9;

export function StorageSection({ user }: { user: UserInfo }) {
  return (
    <>
      <RoomCard storage={user.storage} />
      <ExportCard />
    </>
  );
}

function RoomCard({ storage }: { storage: UserInfo["storage"] }) {
  const taken = storage.bytes + storage.reservedBytes;
  const quota = storage.quotaBytes;
  const words = quota === null ? sayBytes(taken) : `${sayBytes(taken)} of ${sayBytes(quota)}`;
  return (
    <SectionCard title="Storage">
      <p>
        <b>{words}</b> used{quota === null ? "; there is no limit" : ""}.
      </p>
      {quota === null ? null : (
        <progress
          className={`${styles.bar} ${taken >= quota * NEARLY_FULL ? styles.full : ""}`}
          max={Math.max(1, quota)}
          value={Math.min(taken, quota)}
          aria-label="Storage used"
          aria-valuetext={words}
        />
      )}
      {quota !== null && taken >= quota * NEARLY_FULL ? (
        <p>There is little room left. Delete photos, or ask an admin for more.</p>
      ) : null}
      <dl className={styles.facts}>
        <dt>Stored</dt>
        <dd>{sayBytes(storage.bytes)}</dd>
        <dt>On its way</dt>
        <dd>{sayBytes(storage.reservedBytes)}</dd>
        <dt>Photos</dt>
        <dd>
          {sayNumber(storage.photos)}
          {storage.reservedPhotos > 0 ? ` and ${sayNumber(storage.reservedPhotos)} on their way` : ""}
          {storage.quotaPhotos === null ? "" : `, of at most ${sayNumber(storage.quotaPhotos)}`}
        </dd>
      </dl>
    </SectionCard>
  );
}

function ExportCard() {
  const [parts, setParts] = useState<AccountExport | null>(null);
  const prepare = useAct({
    run: async () => setParts(await account.export()),
    changes: [],
    done: "Your download is ready",
  });
  return (
    <SectionCard
      title="Take your photos along"
      intro="Every original as you sent it, with what is known about it, as ZIP files. Each can be downloaded again if it breaks off."
      action={
        <Button icon="download" disabled={prepare.isPending} onClick={() => prepare.mutate()}>
          {prepare.isPending ? "Counting…" : "Prepare the download"}
        </Button>
      }
    >
      {prepare.isError ? <Failure what="The download could not be prepared" error={prepare.error} /> : null}
      {parts === null ? null : parts.parts.length === 0 ? (
        <p>There is nothing to download: your library is empty.</p>
      ) : (
        <>
          <p>
            {sayCount(parts.photos, "photo", "photos")}, {sayBytes(parts.bytes)}, in{" "}
            {sayCount(parts.parts.length, "file", "files")}.
          </p>
          <Rows label="Files of the download">
            {parts.parts.map(({ part, photos, bytes, url }) => (
              <Row
                key={part}
                title={`Part ${sayNumber(part)}`}
                facts={`${sayCount(photos, "photo", "photos")} · ${sayBytes(bytes)}`}
                actions={
                  <a className={buttonClass({ small: true })} href={url} download>
                    <Icon name="download" size={18} /> Download part {sayNumber(part)}
                  </a>
                }
              />
            ))}
          </Rows>
        </>
      )}
    </SectionCard>
  );
}
