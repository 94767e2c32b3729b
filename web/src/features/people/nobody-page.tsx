// Faces that belong to nobody, the best first: seen once, or too doubtful to be grouped. A name makes a person of them.
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { FaceCard } from "../../../../shared/contracts/people.ts";
import { sayCount, sayDate } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { EmptyState, Failure, Skeleton } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { CropGrid } from "./crop-grid.tsx";
import { moveFaces, notAFace } from "./decisions.ts";
import { FaceCrop } from "./face-crop.tsx";
import styles from "./people.module.css";
import { PickPersonDialog } from "./people-dialogs.tsx";
import { NOBODY } from "./people-edits.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { usePersonFaces } from "./use-people.ts";
import { useSelection } from "./use-selection.ts";
import { useUndoKey } from "./use-undo-key.ts";

const CELL_PX = 116;
const NO_ONE: ReadonlySet<string> = new Set();

export function NobodyPage() {
  const { query, cards, loadMore } = usePersonFaces(NOBODY);
  const selection = useSelection(cards);
  const navigate = useNavigate();
  const [naming, setNaming] = useState<readonly FaceCard[] | null>(null);
  const selected = cards.filter(({ id }) => selection.ids.has(id));
  useUndoKey();

  /** The keys act on what is selected, or else on the face that has the focus. */
  const meant = (card: FaceCard): readonly FaceCard[] => (selected.length > 0 ? selected : [card]);
  const dismiss = (faces: readonly FaceCard[]) => {
    selection.clear();
    void notAFace(faces, { faces });
  };

  return (
    <Page
      title="Faces of nobody"
      wide
      intro="Seen once, or not clear enough to be grouped. Say who they are, or that they are no faces."
      actions={
        <Link to="/people" className={buttonClass({ small: true })}>
          <Icon name="left" size={18} /> People
        </Link>
      }
    >
      {query.isPending ? (
        <div aria-busy="true">
          <p className="visually-hidden">Loading faces</p>
          <Skeleton height={120} />
        </div>
      ) : null}
      {query.isError ? (
        <Failure what="The faces could not be listed" error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isSuccess && cards.length === 0 ? (
        <EmptyState icon="check" title="Every face belongs to somebody">
          New ones appear here with new photos.
        </EmptyState>
      ) : null}
      {cards.length > 0 ? (
        <section className={styles.section} aria-label="Faces">
          <div className={styles.sectionHead}>
            <p className={styles.personCount}>
              {sayCount(query.data?.pages[0]?.total ?? cards.length, "face", "faces")}, the clearest first
            </p>
            <p className={styles.keysHint}>
              <kbd>Space</kbd> selects · <kbd>N</kbd> names · <kbd>X</kbd> not a face · <kbd>Enter</kbd> opens the photo
            </p>
          </div>
          <CropGrid
            items={cards}
            label="Faces of nobody, the clearest first"
            cellPx={CELL_PX}
            rowPx="square"
            nameOf={(card) => `Face, ${sayDate(card.takenAt)}`}
            selection={selection}
            onOpen={(card) => void navigate({ to: "/gallery", search: { photo: card.photoId } })}
            onEnd={loadMore}
            onKey={(key, card) => {
              if (key === "n") setNaming(meant(card));
              else if (key === "x") dismiss(meant(card));
              else return false;
              return true;
            }}
            render={(card) => (
              <div className={styles.face}>
                <FaceCrop src={card.crop} size={CELL_PX} square fills />
              </div>
            )}
          />
        </section>
      ) : null}
      <SelectionBar crops={selected.map(({ crop }) => crop)} noun={["face", "faces"]} onClear={selection.clear}>
        <Button small kind="primary" icon="edit" onClick={() => setNaming(selected)}>
          Name
        </Button>
        <Button small icon="close" onClick={() => dismiss(selected)}>
          Not a face
        </Button>
      </SelectionBar>
      {naming ? (
        <PickPersonDialog
          title={`Who ${naming.length === 1 ? "is this" : `are these ${naming.length}`}?`}
          except={NO_ONE}
          offersNew
          onPick={(choice) => {
            selection.clear();
            void moveFaces(naming, choice, { faces: naming });
          }}
          onClose={() => setNaming(null)}
        />
      ) : null}
    </Page>
  );
}
