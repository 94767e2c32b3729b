// The questions the people pages ask in a dialog: a name, another person, who of several stays.
import { useState } from "react";
import type { Person } from "../../../../shared/contracts/people.ts";
import { sayCount } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Isolated } from "../../ui/isolate.tsx";
import { giveName, merge, type NameChoice, nameInSentence, nameOf } from "./decisions.ts";
import { FaceCrop } from "./face-crop.tsx";
import { matchNames } from "./match-names.ts";
import { NameField } from "./name-field.tsx";
import styles from "./people-dialogs.module.css";
import { useNamedPeople } from "./use-people.ts";

export function NameDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  return (
    <Dialog title={person.name === null ? "Who is this?" : `Rename ${nameInSentence(person)}`} onClose={onClose}>
      <div className={styles.who}>
        <FaceCrop src={person.cover?.crop} size={96} eager />
        <div className={styles.grow}>
          <NameField
            label="Name"
            isLabelShown
            initial={person.name ?? ""}
            except={new Set([person.id])}
            takesFocus
            submitLabel="Save"
            onChoose={(choice) => {
              void giveName(person, choice);
              onClose();
            }}
          />
        </div>
      </div>
    </Dialog>
  );
}

/** Somebody else than those in `except`: by typing, or from the faces shown. Hidden people never appear. */
export function PickPersonDialog({
  title,
  except,
  offersNew,
  onPick,
  onClose,
}: {
  title: string;
  except: ReadonlySet<string>;
  offersNew: boolean;
  onPick: (choice: NameChoice) => void;
  onClose: () => void;
}) {
  const people = useNamedPeople("");
  const most = matchNames(people, "", except, 12);
  function pick(choice: NameChoice) {
    onClose();
    onPick(choice);
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <NameField
        label={offersNew ? "A name, known or new" : "Name"}
        isLabelShown
        except={except}
        takesFocus
        knownOnly={!offersNew}
        submitLabel="Choose"
        onChoose={pick}
      />
      {most.length > 0 ? (
        <ul className={styles.choices}>
          {most.map((person) => (
            <li key={person.id}>
              <button type="button" className={styles.choice} onClick={() => pick({ kind: "known", person })}>
                <FaceCrop src={person.cover?.crop} size={64} eager />
                <Isolated>{nameOf(person)}</Isolated>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </Dialog>
  );
}

/** Shows everybody who is to become one person, and whose name stays. Undoable, so it asks no more than that. */
export function MergeDialog({
  people,
  onMerged,
  onClose,
}: {
  people: readonly Person[];
  onMerged?: (survivor: Person) => void;
  onClose: () => void;
}) {
  const named = people.filter(({ name }) => name !== null);
  const candidates = named.length > 0 ? named : people.slice(0, 1);
  const [chosenId, setChosenId] = useState<string>(candidates[0]?.id ?? "");
  const into = candidates.find(({ id }) => id === chosenId) ?? candidates[0];
  if (!into) return null;
  return (
    <Dialog title={`Merge ${sayCount(people.length, "person", "people")} into one?`} onClose={onClose}>
      <ul className={styles.choices}>
        {people.map((person) => (
          <li key={person.id} className={styles.choice}>
            <FaceCrop src={person.cover?.crop} size={72} eager />
            <Isolated>{nameOf(person)}</Isolated>
            <span className={styles.count}>{sayCount(person.photos, "photo", "photos")}</span>
          </li>
        ))}
      </ul>
      {named.length > 1 ? (
        <fieldset className={styles.names}>
          <legend>Which name stays?</legend>
          {named.map((person) => (
            <label key={person.id} className={styles.radio}>
              <input
                type="radio"
                name="survivor"
                checked={person.id === into.id}
                onChange={() => setChosenId(person.id)}
              />
              <Isolated>{nameOf(person)}</Isolated>
            </label>
          ))}
        </fieldset>
      ) : (
        <p>
          {into.name === null
            ? "They become one unnamed person."
            : `All of their photos become ${nameInSentence(into)}'s; the name and the cover stay.`}
        </p>
      )}
      <div className={styles.buttons}>
        <Button
          kind="primary"
          icon="merge"
          data-first-focus=""
          onClick={() => {
            void merge(
              into,
              people.filter(({ id }) => id !== into.id),
            );
            onClose();
            onMerged?.(into);
          }}
        >
          Merge
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </Dialog>
  );
}
