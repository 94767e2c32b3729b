// A person's birthday: a date, or none.
import { useState } from "react";
import type { Person } from "../../../../shared/contracts/people.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { nameInSentence } from "./decisions.ts";
import styles from "./person.module.css";

export function BirthdayDialog({
  person,
  onSave,
  onClose,
}: {
  person: Person;
  onSave: (birthday: string | null) => void;
  onClose: () => void;
}) {
  const [date, setDate] = useState(person.birthday ?? "");
  const save = (birthday: string | null) => {
    onClose();
    onSave(birthday);
  };
  return (
    <Dialog title={`Birthday of ${nameInSentence(person)}`} onClose={onClose}>
      <form
        className={styles.birthday}
        onSubmit={(event) => {
          event.preventDefault();
          if (date !== "") save(date);
        }}
      >
        <label className={styles.dateLabel}>
          Date
          <input type="date" className={styles.date} value={date} onChange={(event) => setDate(event.target.value)} />
        </label>
        <div className={styles.buttons}>
          <Button kind="primary" type="submit" disabled={date === ""}>
            Save
          </Button>
          {person.birthday === null ? null : <Button onClick={() => save(null)}>Remove</Button>}
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
