// How to dither: the method, the colours, and what a method can be told.
import { CheckField, RangeField, SelectField, TextField } from "../../ui/field.tsx";
import {
  type DitherDraft,
  hasLevels,
  hasRows,
  hasStrength,
  LEVELS,
  METHOD_GROUPS,
  PALETTES,
  type PaletteChoice,
  problemWithColours,
} from "./dither-draft.ts";
import styles from "./makers.module.css";

interface DitherControlsProps {
  readonly draft: DitherDraft;
  readonly onChange: (part: Partial<DitherDraft>) => void;
}

export function DitherControls({ draft, onChange }: DitherControlsProps) {
  return (
    <fieldset className={styles.group}>
      <legend>Dither</legend>
      <SelectField
        label="Method"
        value={draft.algorithm}
        onChange={({ target }) => onChange({ algorithm: target.value })}
      >
        {Object.entries(METHOD_GROUPS).map(([group, methods]) => (
          <optgroup key={group} label={group}>
            {Object.entries(methods).map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </optgroup>
        ))}
      </SelectField>
      <SelectField
        label="Colours"
        value={draft.palette}
        onChange={({ target }) => onChange({ palette: target.value as PaletteChoice })}
      >
        {Object.entries(PALETTES).map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </SelectField>
      <Levels draft={draft} onChange={onChange} />
      {draft.palette === "own" ? (
        <TextField
          label="Your colours"
          value={draft.own}
          spellCheck={false}
          autoComplete="off"
          problem={problemWithColours(draft.own)}
          onChange={({ target }) => onChange({ own: target.value })}
        />
      ) : null}
      {hasStrength(draft.algorithm) ? (
        <RangeField
          label="Strength"
          said={`${draft.strengthPercent} %`}
          min={0}
          max={100}
          step={5}
          value={draft.strengthPercent}
          onChange={({ target }) => onChange({ strengthPercent: Number(target.value) })}
        />
      ) : null}
      {hasRows(draft.algorithm) ? (
        <CheckField
          label="Every second row backwards"
          hint="Breaks up worms that run one way."
          checked={draft.serpentine}
          onChange={({ target }) => onChange({ serpentine: target.checked })}
        />
      ) : null}
      <CheckField
        label="Mix light as eyes do"
        hint="Off mixes stored values: lighter, as many programs have it."
        checked={draft.linear}
        onChange={({ target }) => onChange({ linear: target.checked })}
      />
    </fieldset>
  );
}

const LEVEL_WORDS = { grey: "Greys", rgb: "Steps a channel", adaptive: "Number of colours" } as const;

function Levels({ draft, onChange }: DitherControlsProps) {
  const { palette, levels } = draft;
  if (!hasLevels(palette)) return null;
  return (
    <SelectField
      label={LEVEL_WORDS[palette]}
      value={levels[palette]}
      onChange={({ target }) => onChange({ levels: { ...levels, [palette]: Number(target.value) } })}
    >
      {LEVELS[palette].map((count) => (
        <option key={count} value={count}>
          {palette === "rgb" ? `${count} (${count ** 3} colours)` : count}
        </option>
      ))}
    </SelectField>
  );
}
