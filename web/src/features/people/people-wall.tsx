// A wall of people: round crops with names, in the keyboard grid.
import type { Person } from "../../../../shared/contracts/people.ts";
import { sayCount } from "../../say.ts";
import { Isolated } from "../../ui/isolate.tsx";
import { CropGrid } from "./crop-grid.tsx";
import { nameOf } from "./decisions.ts";
import { FaceCrop } from "./face-crop.tsx";
import styles from "./people.module.css";
import type { SelectionControl } from "./use-selection.ts";

const CELL_PX = 132;
const ROW_PX = 180;
const CROP_PX = 112;

interface PeopleWallProps {
  readonly label: string;
  readonly people: readonly Person[];
  readonly selection: SelectionControl;
  readonly onOpen: (person: Person) => void;
  readonly onName: (person: Person) => void;
  readonly onHide: (person: Person) => void;
  readonly onEnd: () => void;
}

export function PeopleWall({ label, people, selection, onOpen, onName, onHide, onEnd }: PeopleWallProps) {
  return (
    <CropGrid
      items={people}
      label={label}
      cellPx={CELL_PX}
      rowPx={ROW_PX}
      selection={selection}
      onOpen={onOpen}
      onEnd={onEnd}
      onKey={(key, person) => {
        if (key === "n") onName(person);
        else if (key === "h") onHide(person);
        else return false;
        return true;
      }}
      render={(person) => (
        <div className={styles.person}>
          <FaceCrop src={person.cover?.crop} size={CROP_PX} />
          <span className={styles.personName}>
            <Isolated>{nameOf(person)}</Isolated>
          </span>{" "}
          <span className={styles.personCount}>{sayCount(person.photos, "photo", "photos")}</span>
        </div>
      )}
    />
  );
}
