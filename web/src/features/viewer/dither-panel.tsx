// The viewer's Dither tab: how to dither, seen at once over the photo; the picture's address, and versions that are kept.
import { useState } from "react";
import { createPortal } from "react-dom";
import { printOps } from "../../../../shared/contracts/transforms/print-ops.ts";
import { keys } from "../../queries/keys.ts";
import { renderPath, versions } from "../../renders-api.ts";
import { sayNumber } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { CopyField, RangeField, SelectField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { useAct } from "../settings/use-act.ts";
import { DitherCanvas } from "./dither-canvas.tsx";
import { DitherControls } from "./dither-controls.tsx";
import {
  DITHER_SIDES,
  type DitherDraft,
  ditherOf,
  ditherTransform,
  FIRST_DITHER,
  PREVIEW_MAX_PX,
  previewLongest,
  problemWithColours,
  sizeWithin,
} from "./dither-draft.ts";
import styles from "./makers.module.css";
import { addressName } from "./transform-draft.ts";
import { type DitherPreview, useDitherPreview } from "./use-dither-preview.ts";
import { useScreenPixels } from "./use-screen-pixels.ts";
import { VersionsList } from "./versions-list.tsx";
import type { MakerProps } from "./viewer-tabs.tsx";

/** Share of the width at which a comparison begins. */
const FIRST_BEFORE_PERCENT = 0;

export function DitherPanel({ photo, stage }: MakerProps) {
  const source = { widthPx: photo.width, heightPx: photo.height };
  const [draft, setDraft] = useState<DitherDraft>(FIRST_DITHER);
  const [beforePercent, setBeforePercent] = useState(FIRST_BEFORE_PERCENT);
  const change = (part: Partial<DitherDraft>) => setDraft((held) => ({ ...held, ...part }));

  const isGood = draft.palette !== "own" || problemWithColours(draft.own) === null;
  const { w640, w1280, w320, w160 } = photo.renditions;
  const address = (w640 ?? w1280 ?? w320 ?? w160)?.jpg ?? "";
  const longestPx = Math.min(PREVIEW_MAX_PX, draft.longestPx, Math.max(source.widthPx, source.heightPx));
  const { px: previewPx, dotPx } = previewLongest(longestPx, useScreenPixels(stage));
  const size = sizeWithin(previewPx, source);
  const preview = useDitherPreview(address, size, isGood ? ditherOf(draft) : null);

  const transform = ditherTransform(draft);
  const name = addressName(photo.filename);
  const path = renderPath(photo.id, transform, name);
  const save = useAct({
    run: () => versions.create(photo.id, { ops: printOps(transform), format: draft.format }),
    changes: [keys.versions(photo.id)],
    done: "Version saved",
  });

  return (
    <section className={styles.maker} aria-label="Dither">
      {stage && preview.made
        ? createPortal(<DitherCanvas made={preview.made} dotPx={dotPx} beforePercent={beforePercent} />, stage)
        : null}
      <PreviewFacts preview={preview} />
      <RangeField
        label="Before and after"
        said={beforePercent === 0 ? "all after" : beforePercent === 100 ? "all before" : `${beforePercent} % before`}
        min={0}
        max={100}
        step={5}
        value={beforePercent}
        onChange={({ target }) => setBeforePercent(Number(target.value))}
      />
      <DitherControls draft={draft} onChange={change} />
      <ResultControls draft={draft} source={source} onChange={change} />
      {save.isError ? <Failure what="The version could not be saved" error={save.error} /> : null}
      <div className={styles.buttons}>
        <Button kind="primary" icon="plus" disabled={save.isPending || !isGood} onClick={() => save.mutate()}>
          {save.isPending ? "Saving…" : "Save version"}
        </Button>
        {isGood ? (
          <a className={buttonClass()} href={`${path}?download=1`} download={`${name}.${draft.format}`}>
            <Icon name="download" size={18} /> Download
          </a>
        ) : null}
      </div>
      {isGood ? (
        <CopyField
          label="Address"
          value={location.origin + path}
          hint="Opens this picture while you are signed in, or with one of your API keys."
        />
      ) : null}
      <VersionsList photoId={photo.id} />
    </section>
  );
}

function PreviewFacts({ preview: { made, isFailed } }: { preview: DitherPreview }) {
  if (isFailed)
    return (
      <Notice tone="warn" title="No preview">
        This browser could not dither the photo. Versions are made on the server and are not touched by this.
      </Notice>
    );
  return (
    <p className={styles.madeFacts} data-testid="dither-preview">
      {made ? (
        <>
          <strong>
            {sayNumber(made.widthPx)} × {sayNumber(made.heightPx)} px, {sayNumber(made.colours)} colours
          </strong>
          <span>Preview in {made.ms < 1 ? "less than 1" : sayNumber(Math.round(made.ms))} ms</span>
        </>
      ) : (
        <span>Looking at the photo…</span>
      )}
    </p>
  );
}

function ResultControls({
  draft,
  source,
  onChange,
}: {
  readonly draft: DitherDraft;
  readonly source: { readonly widthPx: number; readonly heightPx: number };
  readonly onChange: (part: Partial<DitherDraft>) => void;
}) {
  const longest = Math.max(source.widthPx, source.heightPx);
  const sides: readonly number[] = DITHER_SIDES.filter(
    (side, i) => i === 0 || side <= Math.max(longest, PREVIEW_MAX_PX),
  );
  return (
    <fieldset className={styles.group}>
      <legend>Result</legend>
      <SelectField
        label="Longest side"
        value={draft.longestPx}
        hint={
          draft.longestPx > PREVIEW_MAX_PX
            ? "The preview is smaller than the result, whose dots are as much finer."
            : null
        }
        onChange={({ target }) => onChange({ longestPx: Number(target.value) })}
      >
        {sides.map((side) => (
          <option key={side} value={side}>
            {sayNumber(side)} px
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Format"
        value={draft.format}
        onChange={({ target }) => onChange({ format: target.value as DitherDraft["format"] })}
      >
        <option value="png">PNG: opens everywhere</option>
        <option value="gif">GIF</option>
      </SelectField>
    </fieldset>
  );
}
