// Boxes over the picture: hovering or focusing one points at its name in the list, and the other way round.
import type { Face } from "../../../../shared/contracts/photos.ts";
import styles from "./faces.module.css";
import { faceLabel } from "./use-photo-faces.ts";

interface FaceBoxesProps {
  readonly faces: readonly Face[];
  readonly activeId: string | null;
  readonly onActive: (id: string | null) => void;
  /** A box was pressed: its name field is wanted. */
  readonly onChoose: (id: string) => void;
}

export const percent = (fraction: number): string => `${fraction * 100}%`;

export function FaceBoxes({ faces, activeId, onActive, onChoose }: FaceBoxesProps) {
  return (
    <ul className={styles.boxes} aria-label="Faces in this photo">
      {faces.map((face, at) => (
        <li key={face.id}>
          <button
            type="button"
            className={styles.box}
            data-active={face.id === activeId || undefined}
            data-below={face.box.y + face.box.height < 0.88 || undefined}
            aria-label={faceLabel(face, at)}
            style={{
              left: percent(face.box.x),
              top: percent(face.box.y),
              width: percent(face.box.width),
              height: percent(face.box.height),
            }}
            onPointerEnter={() => onActive(face.id)}
            onPointerLeave={() => onActive(null)}
            onFocus={() => onActive(face.id)}
            onBlur={() => onActive(null)}
            onClick={() => onChoose(face.id)}
          >
            <span className={styles.boxName} aria-hidden="true">
              {face.personName ?? (face.person === null ? "Who is this?" : "Unnamed person")}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
