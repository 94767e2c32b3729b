// The audit wall: every face of a person, newest first, to be taken away, moved, split off or chosen as the cover.
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { FaceCard, Person } from "../../../../shared/contracts/people.ts";
import { sayDate } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState, Failure, Skeleton } from "../../ui/notice.tsx";
import { CropGrid } from "./crop-grid.tsx";
import { chooseCover, moveFaces, nameInSentence, nameOf, notThisPerson, splitOff } from "./decisions.ts";
import { FaceCrop } from "./face-crop.tsx";
import styles from "./people.module.css";
import { PickPersonDialog } from "./people-dialogs.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { usePersonFaces } from "./use-people.ts";
import { useSelection } from "./use-selection.ts";

const CELL_PX = 116;

export function FaceWall({ person }: { person: Person }) {
  const { query, cards, loadMore } = usePersonFaces(person.id);
  const selection = useSelection(cards);
  const navigate = useNavigate();
  const [isMoving, setMoving] = useState<readonly FaceCard[] | null>(null);
  const selected = cards.filter(({ id }) => selection.ids.has(id));
  const before = (faces: readonly FaceCard[]) => ({ people: [person], faces });

  /** The keys act on what is selected, or else on the face that has the focus. */
  const meant = (card: FaceCard): readonly FaceCard[] => (selected.length > 0 ? selected : [card]);
  const takeAway = (faces: readonly FaceCard[]) => {
    selection.clear();
    void notThisPerson(faces, nameOf(person), before(faces));
  };
  const split = (faces: readonly FaceCard[]) => {
    selection.clear();
    void splitOff(person, faces);
  };

  if (query.isPending) {
    return (
      <div aria-busy="true">
        <p className="visually-hidden">Loading faces</p>
        <Skeleton height={120} />
      </div>
    );
  }
  return (
    <section className={styles.section} aria-label="Faces">
      {query.isError ? (
        <Failure what="The faces could not be listed" error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {cards.length === 0 && query.isSuccess ? (
        <EmptyState icon="face" title="No faces left">
          Every face of this person was moved away. The history brings them back.
        </EmptyState>
      ) : (
        <p className={styles.keysHint}>
          <kbd>Space</kbd> selects, with <kbd>Shift</kbd> and arrows a range · <kbd>X</kbd> not this person ·{" "}
          <kbd>V</kbd> moves · <kbd>P</kbd> splits off · <kbd>C</kbd> cover · <kbd>Enter</kbd> opens the photo
        </p>
      )}
      <CropGrid
        items={cards}
        label={`Faces of ${nameInSentence(person)}, newest first`}
        cellPx={CELL_PX}
        rowPx="square"
        nameOf={(card) => faceName(card, person)}
        selection={selection}
        onOpen={(card) =>
          void navigate({ to: "/people/$personId", params: { personId: person.id }, search: { photo: card.photoId } })
        }
        onEnd={loadMore}
        onKey={(key, card) => {
          if (key === "x") takeAway(meant(card));
          else if (key === "v") setMoving(meant(card));
          else if (key === "p") split(meant(card));
          else if (key === "c") void chooseCover(person, card);
          else return false;
          return true;
        }}
        render={(card) => (
          <div className={styles.face} data-cover={card.id === person.cover?.face || undefined}>
            <FaceCrop src={card.crop} size={CELL_PX} square fills />
          </div>
        )}
      />
      <SelectionBar crops={selected.map(({ crop }) => crop)} noun={["face", "faces"]} onClear={selection.clear}>
        <Button small icon="close" onClick={() => takeAway(selected)}>
          Not this person
        </Button>
        <Button small icon="people" onClick={() => setMoving(selected)}>
          Move to…
        </Button>
        <Button small icon="plus" onClick={() => split(selected)}>
          Split into a new person
        </Button>
        {selected.length === 1 && selected[0] ? (
          <Button
            small
            icon="star"
            onClick={() => {
              const [card] = selected;
              selection.clear();
              if (card) void chooseCover(person, card);
            }}
          >
            Use as cover
          </Button>
        ) : null}
      </SelectionBar>
      {isMoving ? (
        <PickPersonDialog
          title={`Who ${isMoving.length === 1 ? "is this" : `are these ${isMoving.length}`}?`}
          except={new Set([person.id])}
          offersNew
          onPick={(choice) => {
            selection.clear();
            if (choice.kind === "new") void splitOff(person, isMoving, choice.name);
            else void moveFaces(isMoving, choice, before(isMoving));
          }}
          onClose={() => setMoving(null)}
        />
      ) : null}
    </section>
  );
}

function faceName(card: FaceCard, person: Person): string {
  return [
    `Face of ${nameInSentence(person)}`,
    sayDate(card.takenAt),
    card.id === person.cover?.face ? "cover" : "",
    card.origin === "drawn" ? "drawn by hand" : "",
    card.assignedBy === "human" ? "confirmed" : "",
  ]
    .filter(Boolean)
    .join(", ");
}
