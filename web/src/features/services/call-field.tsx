// One field of an operation's form, by what it takes: words, a number, one of a few, a photo, a file, JSON.
import { SelectField, TextArea, TextField } from "../../ui/field.tsx";
import type { Field } from "./fields.ts";

interface CallFieldProps {
  readonly field: Field;
  readonly value: string | File | undefined;
  /** To choose from, where the field wants a photo. */
  readonly photos: readonly { readonly id: string; readonly filename: string }[];
  readonly problem: string | undefined;
  readonly onValue: (value: string | File) => void;
}

export function CallField({ field, value, photos, problem, onValue }: CallFieldProps) {
  const words = { label: labelOf(field), hint: field.hint, problem };
  const text = typeof value === "string" ? value : "";
  if (field.kind === "file") {
    return <TextField {...words} type="file" onChange={(event) => onValue(event.target.files?.[0] ?? "")} />;
  }
  if (photos.length > 0) {
    return (
      <SelectField {...words} value={text} onChange={(event) => onValue(event.target.value)}>
        {photos.map(({ id, filename }) => (
          <option key={id} value={id}>
            {filename.split("/").at(-1)}
          </option>
        ))}
      </SelectField>
    );
  }
  if (field.kind === "choice") {
    return (
      <SelectField {...words} value={text} onChange={(event) => onValue(event.target.value)}>
        {field.isRequired ? null : <option value="">Not given</option>}
        {field.choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </SelectField>
    );
  }
  if (field.kind === "json") {
    return (
      <TextArea
        {...words}
        rows={Math.min(12, Math.max(3, text.split("\n").length))}
        spellCheck={false}
        value={text}
        onChange={(event) => onValue(event.target.value)}
      />
    );
  }
  return (
    <TextField
      {...words}
      inputMode={field.kind === "number" ? "numeric" : undefined}
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}

const PLACE_WORDS = { path: "in the path", query: "in the query", header: "a header", body: "", form: "", whole: "" };

function labelOf({ name, place, isRequired, kind }: Field): string {
  const facts = [PLACE_WORDS[place], kind === "json" ? "JSON" : "", isRequired ? "" : "optional"].filter(Boolean);
  const shown = name === "photoId" ? "Photo" : name;
  return facts.length > 0 ? `${shown} (${facts.join(", ")})` : shown;
}
