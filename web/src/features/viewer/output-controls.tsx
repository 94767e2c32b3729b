// How large, as what, and how good.
import { useState } from "react";
import { RENDER_FORMATS, type RenderFormat } from "../../../../shared/contracts/transforms/transform.ts";
import { sayNumber } from "../../say.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import styles from "./makers.module.css";
import { fullSizePx, hasQuality, LONGEST_SIDES, type TransformDraft } from "./transform-draft.ts";

const FORMAT_WORDS = {
  jpg: "JPEG: opens everywhere",
  webp: "WebP: smaller, for the web",
  avif: "AVIF: smallest, slow to make",
  png: "PNG: nothing is lost",
  gif: "GIF: 256 colours",
} as const satisfies Record<RenderFormat, string>;

const QUALITIES = [
  { value: 95, label: "Best (95)" },
  { value: 85, label: "High (85)" },
  { value: 70, label: "Medium (70)" },
  { value: 50, label: "Low (50)" },
  { value: 30, label: "Lowest (30)" },
] as const;

const OWN = "own";

interface OutputControlsProps {
  readonly draft: TransformDraft;
  readonly source: { readonly widthPx: number; readonly heightPx: number };
  readonly onChange: (part: Partial<TransformDraft>) => void;
}

export function OutputControls({ draft, source, onChange }: OutputControlsProps) {
  const fullPx = fullSizePx(source);
  const sides: readonly number[] = [...LONGEST_SIDES.filter((side) => side < fullPx), fullPx];
  const [isOwn, setOwn] = useState(false);
  return (
    <fieldset className={styles.group}>
      <legend>Result</legend>
      <SelectField
        label="Longest side"
        value={isOwn ? OWN : draft.longestPx}
        onChange={({ target }) => {
          setOwn(target.value === OWN);
          if (target.value !== OWN) onChange({ longestPx: Number(target.value) });
        }}
      >
        {sides.map((side) => (
          <option key={side} value={side}>
            {sayNumber(side)} px{side === fullPx ? " (as large as it can be)" : ""}
          </option>
        ))}
        <option value={OWN}>Another size</option>
      </SelectField>
      {isOwn ? <OwnSize longestPx={draft.longestPx} fullPx={fullPx} onChange={onChange} /> : null}
      <SelectField
        label="Format"
        value={draft.format}
        onChange={({ target }) => onChange({ format: target.value as RenderFormat })}
      >
        {RENDER_FORMATS.map((format) => (
          <option key={format} value={format}>
            {FORMAT_WORDS[format]}
          </option>
        ))}
      </SelectField>
      {hasQuality(draft.format) ? (
        <SelectField
          label="Quality"
          value={draft.quality ?? ""}
          onChange={({ target }) => onChange({ quality: target.value === "" ? null : Number(target.value) })}
        >
          <option value="">The format's own</option>
          {QUALITIES.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
      ) : null}
    </fieldset>
  );
}

function OwnSize({
  longestPx,
  fullPx,
  onChange,
}: {
  longestPx: number;
  fullPx: number;
  onChange: OutputControlsProps["onChange"];
}) {
  // What is being typed may be no size yet.
  const [typed, setTyped] = useState(String(longestPx));
  const side = Number(typed);
  const isGood = Number.isInteger(side) && side >= 1 && side <= fullPx;
  return (
    <TextField
      label="Longest side in pixels"
      type="number"
      inputMode="numeric"
      min={1}
      max={fullPx}
      value={typed}
      problem={isGood ? null : `A whole number from 1 to ${sayNumber(fullPx)}.`}
      onChange={({ target }) => {
        setTyped(target.value);
        const next = Number(target.value);
        if (Number.isInteger(next) && next >= 1 && next <= fullPx) onChange({ longestPx: next });
      }}
    />
  );
}
