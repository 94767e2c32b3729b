// The crop's shape, and where it lies in pixels: for whoever cannot drag, or knows exactly.
import { SelectField, TextField } from "../../ui/field.tsx";
import { CROP_MIN } from "./crop-box.ts";
import styles from "./makers.module.css";
import { SHAPES, type Shape, shapeShare, type TransformDraft, withShape } from "./transform-draft.ts";

interface CropControlsProps {
  readonly draft: TransformDraft;
  readonly source: { readonly widthPx: number; readonly heightPx: number };
  readonly onDraft: (draft: TransformDraft) => void;
}

export function CropControls({ draft, source, onDraft }: CropControlsProps) {
  return (
    <fieldset className={styles.group}>
      <legend>Crop</legend>
      <SelectField
        label="Shape"
        value={draft.shape}
        hint={draft.shape === "whole" ? null : "Drag the frame on the photo, or use the arrow keys on it."}
        onChange={(event) => onDraft(withShape(draft, event.target.value as Shape, source))}
      >
        <option value="whole">Whole photo</option>
        <option value="free">Free</option>
        {Object.entries(SHAPES).map(([shape, { label }]) => (
          <option key={shape} value={shape}>
            {label}
          </option>
        ))}
      </SelectField>
      {draft.shape === "whole" ? null : <ExactCrop draft={draft} source={source} onDraft={onDraft} />}
    </fieldset>
  );
}

function ExactCrop({ draft, source, onDraft }: CropControlsProps) {
  const { crop } = draft;
  const shape = shapeShare(draft.shape, source);

  function set(part: Partial<typeof crop>) {
    const wanted = { ...crop, ...part };
    let width = Math.min(1, Math.max(CROP_MIN, wanted.width));
    let height = Math.min(1, Math.max(CROP_MIN, wanted.height));
    if (shape !== null) {
      // The side that was typed leads the other, as far as both fit.
      width = part.height === undefined ? Math.min(width, shape) : Math.min(1, height * shape);
      height = width / shape;
    }
    const x = Math.min(1 - width, Math.max(0, wanted.x));
    const y = Math.min(1 - height, Math.max(0, wanted.y));
    onDraft({ ...draft, crop: { x, y, width, height } });
  }

  const field = (label: string, share: number, sidePx: number, onShare: (share: number) => void) => (
    <TextField
      label={label}
      type="number"
      inputMode="numeric"
      min={0}
      max={sidePx}
      value={Math.round(share * sidePx)}
      onChange={({ target }) => {
        if (Number.isFinite(target.valueAsNumber)) onShare(target.valueAsNumber / sidePx);
      }}
    />
  );

  return (
    <details>
      <summary>In pixels</summary>
      <div className={styles.pixels}>
        {field("From the left", crop.x, source.widthPx, (x) => set({ x }))}
        {field("From the top", crop.y, source.heightPx, (y) => set({ y }))}
        {field("Width", crop.width, source.widthPx, (width) => set({ width }))}
        {field("Height", crop.height, source.heightPx, (height) => set({ height }))}
      </div>
    </details>
  );
}
