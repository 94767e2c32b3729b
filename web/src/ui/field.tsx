// A control with its label, a hint and what is wrong with it, tied together for whoever cannot see the layout.
import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { Button } from "./button.tsx";
import styles from "./field.module.css";
import { Icon } from "./icon.tsx";
import { announce } from "./live-region.tsx";

interface Words {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong, and what to do about it. */
  readonly problem?: string | null | undefined;
}

interface Ties {
  readonly id: string;
  readonly className: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

function Field({ label, hint, problem, children }: Words & { children: (ties: Ties) => ReactNode }) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", problem ? `${id}-problem` : ""].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: styles.input ?? "",
        "aria-describedby": described === "" ? undefined : described,
        "aria-invalid": problem ? true : undefined,
      })}
      {problem ? (
        <p className={styles.problem} id={`${id}-problem`} role="alert">
          {problem}
        </p>
      ) : null}
      {hint ? (
        <p className={styles.hint} id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}

type Without<Tag extends "input" | "select" | "textarea"> = Omit<ComponentProps<Tag>, "id" | "className">;

export function TextField({ label, hint, problem, ...rest }: Words & Without<"input">) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ties) => <input {...rest} {...ties} />}
    </Field>
  );
}

export function TextArea({ label, hint, problem, ...rest }: Words & Without<"textarea">) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ties) => <textarea {...rest} {...ties} className={`${styles.input} ${styles.area}`} />}
    </Field>
  );
}

export function SelectField({ label, hint, problem, children, ...rest }: Words & Without<"select">) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ties) => (
        <select {...rest} {...ties}>
          {children}
        </select>
      )}
    </Field>
  );
}

/** A number by feel; `said` is the number in words, for eyes and for screen readers alike. */
export function RangeField({ label, hint, said, ...rest }: Words & { said: string } & Without<"input">) {
  return (
    <Field label={label} hint={hint}>
      {({ id, "aria-describedby": describedBy }) => (
        <div className={styles.range}>
          <input {...rest} type="range" id={id} aria-describedby={describedBy} aria-valuetext={said} />
          <output htmlFor={id} aria-hidden="true">
            {said}
          </output>
        </div>
      )}
    </Field>
  );
}

export function CheckField({ label, hint, ...rest }: { label: ReactNode; hint?: ReactNode } & Without<"input">) {
  return (
    <label className={styles.check}>
      <input type="checkbox" {...rest} />
      <span className={styles.checkWords}>
        {label}
        {hint ? <span className={styles.hint}>{hint}</span> : null}
      </span>
    </label>
  );
}

/** Something to take along that cannot be typed: selected when focused, copied by one press. */
export function CopyField({ label, hint, value }: { label: string; hint?: ReactNode; value: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <Field label={label} hint={hint}>
      {(ties) => (
        <div className={styles.copy}>
          <input {...ties} value={value} readOnly spellCheck={false} onFocus={(event) => event.target.select()} />
          <Button
            icon={isCopied ? "check" : "copy"}
            aria-label={`${isCopied ? "Copied" : "Copy"} ${label.toLowerCase()}`}
            onClick={() => {
              void navigator.clipboard.writeText(value).then(
                () => {
                  setCopied(true);
                  announce(`${label} copied`);
                },
                () => announce("Your browser did not allow copying. Select the text and copy it yourself."),
              );
            }}
          >
            {isCopied ? "Copied" : "Copy"}
          </Button>
        </div>
      )}
    </Field>
  );
}

export type SaveState = "idle" | "saving" | "saved";

/** What became of an autosaved control; said aloud once it is done. */
export function SavedMark({ state }: { state: SaveState }) {
  return (
    <span className={`${styles.saved} ${state === "saving" ? styles.saving : ""}`} role="status">
      {state === "saving" ? "Saving…" : null}
      {state === "saved" ? (
        <>
          <Icon name="check" size={16} /> Saved
        </>
      ) : null}
    </span>
  );
}
