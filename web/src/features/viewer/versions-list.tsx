// The versions of a photo that are kept: each with what it is and how far, to open and to delete.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Version } from "../../../../shared/contracts/versions.ts";
import { mediaAddress } from "../../media-address.ts";
import { keys } from "../../queries/keys.ts";
import { versions as api } from "../../renders-api.ts";
import { sayBytes, sayDate, sayNumber } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Row, Rows, Tag } from "../../ui/rows.tsx";
import { Listed } from "../settings/listed.tsx";
import { useAct } from "../settings/use-act.ts";
import styles from "./makers.module.css";

/** How often (ms) a version that is being made is asked after. */
const ASK_EVERY_MS = 1500;

export function VersionsList({ photoId }: { photoId: string }) {
  const list = useQuery({
    queryKey: keys.versions(photoId),
    queryFn: ({ signal }) => api.list(photoId, signal),
    refetchInterval: ({ state }) => (state.data?.items.some(isOnItsWay) ? ASK_EVERY_MS : false),
  });
  const [removing, setRemoving] = useState<string | null>(null);
  const remove = useAct({
    run: (id: string) => api.remove(id),
    changes: [keys.versions(photoId)],
    done: "Version deleted",
  });
  return (
    <section className={styles.versions} aria-labelledby="versions">
      <h3 id="versions">Versions</h3>
      {remove.isError ? <Failure what="The version could not be deleted" error={remove.error} /> : null}
      <Listed query={list} items={list.data?.items} what="The versions" empty="None is kept yet.">
        {(items) => (
          <Rows label="Versions">
            {items.map((one) => (
              <Row
                key={one.id}
                title={titleOf(one)}
                tags={<StatusTag version={one} />}
                facts={
                  <>
                    <code className={styles.ops}>{one.ops}</code> · {factsOf(one)}
                  </>
                }
                actions={
                  <>
                    {one.status === "done" ? (
                      <a
                        className={buttonClass({ small: true })}
                        href={mediaAddress(one.url)}
                        target="_blank"
                        rel="noreferrer"
                        aria-label={`Open ${titleOf(one)}`}
                      >
                        Open
                      </a>
                    ) : null}
                    <Button
                      small
                      icon="trash"
                      aria-label={`Delete ${titleOf(one)}`}
                      disabled={removing === one.id && remove.isPending}
                      onClick={() => {
                        setRemoving(one.id);
                        remove.mutate(one.id);
                      }}
                    >
                      Delete
                    </Button>
                  </>
                }
              />
            ))}
          </Rows>
        )}
      </Listed>
    </section>
  );
}

const isOnItsWay = ({ status }: Version): boolean => status === "pending" || status === "running";

function titleOf({ kind, format, width, height }: Version): string {
  const size = width === null || height === null ? "" : `, ${sayNumber(width)} × ${sayNumber(height)} px`;
  return `${kind === "dither" ? "Dithered" : "Transformed"} ${format.toUpperCase()}${size}`;
}

const factsOf = ({ bytes, createdAt }: Version): string =>
  [bytes === null ? null : sayBytes(bytes), sayDate(createdAt)].filter(Boolean).join(" · ");

const REASON_WORDS = {
  "too-large": "too large to make",
  corrupt: "the photo is damaged",
  unsupported: "this kind of photo cannot be drawn",
  internal: "something broke",
  "attempts-exhausted": "it failed too often",
} as const satisfies Record<NonNullable<Version["reason"]>, string>;

function StatusTag({ version }: { version: Version }) {
  if (version.status === "done") return null;
  if (version.status === "failed")
    return <Tag tone="warn">Failed{version.reason === null ? "" : `: ${REASON_WORDS[version.reason]}`}</Tag>;
  return <Tag>Being made</Tag>;
}
