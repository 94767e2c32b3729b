// Who is this? A field that knows the names there are: a name somebody has means that person, their face beside it.
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { PERSON_NAME_MAX_CHARS } from "../../../../shared/contracts/limits.ts";
import type { Person } from "../../../../shared/contracts/people.ts";
import { sayCount } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Isolated } from "../../ui/isolate.tsx";
import { type NameChoice, nameOf } from "./decisions.ts";
import { FaceCrop } from "./face-crop.tsx";
import { matchNames, namesake } from "./match-names.ts";
import styles from "./name-field.module.css";
import { useNamedPeople } from "./use-people.ts";

interface NameFieldProps {
  readonly label: string;
  readonly isLabelShown?: boolean;
  readonly initial?: string;
  readonly placeholder?: string;
  /** People who are not meant: the one being named, for a start. */
  readonly except?: ReadonlySet<string>;
  /** Has the focus as soon as it is there, in a dialog too. */
  readonly takesFocus?: boolean;
  /** Names are offered before anything is typed. */
  readonly offersAtOnce?: boolean;
  /** Only people there are; an unknown name is answered with a sentence. */
  readonly knownOnly?: boolean;
  readonly submitLabel: string;
  readonly onChoose: (choice: NameChoice) => void;
  readonly onCancel?: () => void;
}

type Option = NameChoice & { readonly key: string };

function optionsFor(
  people: readonly Person[],
  text: string,
  except: ReadonlySet<string>,
  knownOnly: boolean,
): Option[] {
  const options: Option[] = matchNames(people, text, except).map((person) => ({
    kind: "known",
    person,
    key: person.id,
  }));
  const typed = text.trim();
  // Two people may bear one name: that has to be said, for the same name alone means the same person.
  if (!knownOnly && namesake(people, text, except) !== null) options.push({ kind: "new", name: typed, key: "new" });
  return options;
}

const NOBODY: ReadonlySet<string> = new Set();

export function NameField({
  label,
  isLabelShown = false,
  initial = "",
  placeholder,
  except = NOBODY,
  takesFocus = false,
  offersAtOnce = false,
  knownOnly = false,
  submitLabel,
  onChoose,
  onCancel,
}: NameFieldProps) {
  const [text, setText] = useState(initial);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [isUnknown, setUnknown] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const people = useNamedPeople(text);
  const same = namesake(people, text, except);
  const options = isOpen ? optionsFor(people, text === initial ? "" : text, except, knownOnly) : [];
  const active = options[at];
  const isEmpty = text.trim() === "";

  useEffect(() => {
    if (!takesFocus) return;
    input.current?.focus();
    input.current?.select();
  }, [takesFocus]);

  function choose(choice: NameChoice) {
    setOpen(false);
    setAt(-1);
    onChoose(choice);
  }

  function submit() {
    const name = text.trim();
    if (active) choose(active);
    else if (same) choose({ kind: "known", person: same });
    else if (name !== "" && !knownOnly) choose({ kind: "new", name });
    else setUnknown(name !== "");
    if (name === "") input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    const isListKey = event.key === "ArrowDown" || event.key === "ArrowUp";
    if (isListKey) {
      setOpen(true);
      const count = optionsFor(people, text === initial ? "" : text, except, knownOnly).length;
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (count > 0) setAt((held) => ((held + step + 1 + (count + 1)) % (count + 1)) - 1);
    } else if (event.key === "Enter") submit();
    else if (event.key === "Escape" && isOpen && options.length > 0) {
      setOpen(false);
      setAt(-1);
    } else if (event.key === "Escape" && onCancel) onCancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className={styles.field}>
      <label htmlFor={id} className={isLabelShown ? styles.label : "visually-hidden"}>
        {label}
      </label>
      <div className={styles.line}>
        <div className={styles.box}>
          <input
            ref={input}
            data-first-focus={takesFocus ? "" : undefined}
            id={id}
            className={styles.input}
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={options.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={active ? `${id}-${active.key}` : undefined}
            aria-describedby={same && !active ? `${id}-hint` : undefined}
            autoComplete="off"
            spellCheck={false}
            maxLength={PERSON_NAME_MAX_CHARS}
            placeholder={placeholder}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setUnknown(false);
              setOpen(true);
              setAt(-1);
            }}
            onFocus={() => setOpen(offersAtOnce || (text !== "" && text !== initial))}
            onClick={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onKeyDown={onKeyDown}
          />
          <div
            id={`${id}-list`}
            role="listbox"
            aria-label="People"
            className={styles.list}
            hidden={options.length === 0}
          >
            {options.map((option, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and points at its option
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field answers the keys
              <div
                key={option.key}
                id={`${id}-${option.key}`}
                role="option"
                aria-selected={index === at}
                className={styles.option}
                // The field must not lose the focus before the click is one.
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(option)}
              >
                {option.kind === "known" ? (
                  <>
                    <FaceCrop src={option.person.cover?.crop} size={32} />
                    <span className={styles.optionName}>
                      <Isolated>{nameOf(option.person)}</Isolated>
                    </span>
                    <span className={styles.count}>{sayCount(option.person.photos, "photo", "photos")}</span>
                  </>
                ) : (
                  <>
                    <span className={styles.plus}>
                      <Icon name="plus" size={18} />
                    </span>
                    <span className={styles.optionName}>
                      Somebody else named <Isolated>{option.name}</Isolated>
                    </span>
                  </>
                )}
              </div>
            ))}
          </div>
        </div>
        {/* Where fields stand in rows, there is room for the button only once there is something to save. */}
        {!isEmpty || isLabelShown || onCancel ? (
          <Button small kind={isEmpty ? "secondary" : "primary"} disabled={isEmpty} onClick={submit}>
            {submitLabel}
          </Button>
        ) : null}
        {onCancel ? (
          <Button small kind="quiet" onClick={onCancel}>
            Cancel
          </Button>
        ) : null}
      </div>
      {isUnknown ? (
        <p className={styles.hint} role="alert">
          Nobody has that name.
        </p>
      ) : null}
      {same && options.length === 0 && text !== initial ? (
        <p className={styles.hint} id={`${id}-hint`}>
          <FaceCrop src={same.cover?.crop} size={24} /> Joins <Isolated>{nameOf(same)}</Isolated>
        </p>
      ) : null}
    </div>
  );
}
