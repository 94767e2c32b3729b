// The viewer's Transform tab: what is kept, how it lies, how large and as what; the picture itself, its address, its code.
import { useState } from "react";
import { createPortal } from "react-dom";
import { printOps } from "../../../../shared/contracts/transforms/print-ops.ts";
import { keys } from "../../queries/keys.ts";
import { renderPath, versions } from "../../renders-api.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { CopyField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Failure } from "../../ui/notice.tsx";
import { useAct } from "../settings/use-act.ts";
import { CropControls } from "./crop-controls.tsx";
import { CropFrame } from "./crop-frame.tsx";
import { MadeFigure } from "./made-figure.tsx";
import styles from "./makers.module.css";
import { OutputControls } from "./output-controls.tsx";
import { PublicLinkDialog } from "./public-link-dialog.tsx";
import {
  addressName,
  FIRST_DRAFT,
  fullSizePx,
  planOf,
  shapeShare,
  type TransformDraft,
  transformOf,
} from "./transform-draft.ts";
import { TurnControls } from "./turn-controls.tsx";
import { useMadePicture } from "./use-made-picture.ts";
import { VersionsList } from "./versions-list.tsx";
import type { MakerProps } from "./viewer-tabs.tsx";

export function TransformPanel({ photo, stage }: MakerProps) {
  const source = { widthPx: photo.width, heightPx: photo.height };
  const [draft, setDraft] = useState<TransformDraft>(() => ({
    ...FIRST_DRAFT,
    longestPx: Math.min(FIRST_DRAFT.longestPx, fullSizePx(source)),
  }));
  const [attempt, setAttempt] = useState(0);
  const [isLinking, setLinking] = useState(false);
  const change = (part: Partial<TransformDraft>) => setDraft((held) => ({ ...held, ...part }));

  const transform = transformOf(draft);
  const plan = planOf(transform, source);
  const name = addressName(photo.filename);
  const path = renderPath(photo.id, transform, name);
  const made = useMadePicture(plan.problem === null ? `${path}?g=${photo.gen}` : null, attempt);
  const address = location.origin + path;
  const file = `${name}.${draft.format}`;

  const save = useAct({
    run: () => versions.create(photo.id, { ops: printOps(transform), format: draft.format }),
    changes: [keys.versions(photo.id)],
    done: "Version saved",
  });

  return (
    <section className={styles.maker} aria-label="Transform">
      {stage && draft.shape !== "whole"
        ? createPortal(
            <CropFrame box={draft.crop} shape={shapeShare(draft.shape, source)} onBox={(crop) => change({ crop })} />,
            stage,
          )
        : null}
      <MadeFigure
        made={made}
        plan={plan}
        format={draft.format}
        originalBytes={photo.bytes}
        onRetry={() => setAttempt(attempt + 1)}
      />
      <CropControls draft={draft} source={source} onDraft={setDraft} />
      <TurnControls orientation={draft.orientation} onOrientation={(orientation) => change({ orientation })} />
      <OutputControls draft={draft} source={source} onChange={change} />
      {save.isError ? <Failure what="The version could not be saved" error={save.error} /> : null}
      <div className={styles.buttons}>
        <Button
          kind="primary"
          icon="plus"
          disabled={save.isPending || plan.problem !== null}
          onClick={() => save.mutate()}
        >
          {save.isPending ? "Saving…" : "Save version"}
        </Button>
        <a className={buttonClass()} href={`${path}?download=1`} download={file}>
          <Icon name="download" size={18} /> Download
        </a>
        <Button icon="link" onClick={() => setLinking(true)}>
          Create a public link
        </Button>
      </div>
      <CopyField
        label="Address"
        value={address}
        hint="Opens this picture while you are signed in, or with one of your API keys."
      />
      <CopyField label="As curl" value={`curl -H 'Authorization: Bearer hg_your_key' -o '${file}' '${address}'`} />
      <VersionsList photoId={photo.id} />
      {isLinking ? (
        <PublicLinkDialog photoId={photo.id} ops={printOps(transform)} file={file} onClose={() => setLinking(false)} />
      ) : null}
    </section>
  );
}
