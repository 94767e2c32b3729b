// "Who is this?": people without a name, twelve at a time, each with a field. A name that exists joins that person.
import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import type { Person } from "../../../../shared/contracts/people.ts";
import { sayCount, sayNumber } from "../../say.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { useKeptFocus } from "../../ui/use-kept-focus.ts";
import { giveName, type NameChoice, setHidden } from "./decisions.ts";
import { FaceCrop } from "./face-crop.tsx";
import { NameField } from "./name-field.tsx";
import styles from "./people.module.css";
import type { SelectionControl } from "./use-selection.ts";

export const ASKED_AT_ONCE = 12;

interface WhoIsThisProps {
  readonly people: readonly Person[];
  /** People without a name in all, loaded or not. */
  readonly total: number;
  /** Counted from 1. */
  readonly page: number;
  readonly selection: SelectionControl;
  readonly onPage: (page: number) => void;
}

export function WhoIsThis({ people, total, page, selection, onPage }: WhoIsThisProps) {
  const list = useRef<HTMLUListElement>(null);
  useKeptFocus(list, "li[data-person]");
  const pages = Math.max(1, Math.ceil(total / ASKED_AT_ONCE));
  const shown = people.slice((page - 1) * ASKED_AT_ONCE, page * ASKED_AT_ONCE);

  function name(person: Person, choice: NameChoice) {
    // The card goes; the next one's field takes the focus, so that names can be typed one after another.
    const at = shown.indexOf(person);
    const next = shown[at + 1] ?? shown[at - 1];
    void giveName(person, choice);
    if (next) list.current?.querySelector<HTMLInputElement>(`[data-person="${next.id}"] input`)?.focus();
  }

  return (
    <section aria-labelledby="who" className={styles.section}>
      <header className={styles.sectionHead}>
        <h2 id="who">Who is this?</h2>
        <p className={styles.personCount}>{sayCount(total, "person has", "people have")} no name yet</p>
      </header>
      <ul className={styles.cards} ref={list}>
        {shown.map((person) => (
          <li
            key={person.id}
            className={styles.card}
            data-person={person.id}
            data-selected={selection.ids.has(person.id)}
          >
            <Link
              to="/people/$personId"
              params={{ personId: person.id }}
              search={{ view: "faces" }}
              className={styles.cardFace}
              aria-label={`See the ${sayCount(person.faces, "face", "faces")} of this person`}
            >
              <FaceCrop src={person.cover?.crop} size={96} />
            </Link>
            <div className={styles.cardWords}>
              <div className={styles.cardHead}>
                <span className={styles.personCount}>{sayCount(person.photos, "photo", "photos")}</span>
                <span className={styles.cardButtons}>
                  <IconButton
                    small
                    label={selection.ids.has(person.id) ? "Deselect this person" : "Select this person to merge"}
                    icon={selection.ids.has(person.id) ? "check" : "merge"}
                    aria-pressed={selection.ids.has(person.id)}
                    onClick={() => selection.toggle(person.id)}
                  />
                  <IconButton
                    small
                    label="Hide this person"
                    icon="hide"
                    onClick={() => void setHidden([person], true)}
                  />
                </span>
              </div>
              <NameField
                label={`Name of the person in ${sayCount(person.photos, "photo", "photos")}`}
                placeholder="Add a name"
                except={new Set([person.id])}
                submitLabel="Save"
                onChoose={(choice) => name(person, choice)}
              />
            </div>
          </li>
        ))}
      </ul>
      {pages > 1 ? (
        <nav className={styles.pages} aria-label="Who is this, pages">
          <Button small icon="left" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            Before
          </Button>
          <span className={styles.personCount}>
            {sayNumber((page - 1) * ASKED_AT_ONCE + 1)}–{sayNumber(Math.min(total, page * ASKED_AT_ONCE))} of{" "}
            {sayNumber(total)}
          </span>
          <Button small icon="right" disabled={page >= pages} onClick={() => onPage(page + 1)}>
            Next {ASKED_AT_ONCE}
          </Button>
        </nav>
      ) : null}
    </section>
  );
}
