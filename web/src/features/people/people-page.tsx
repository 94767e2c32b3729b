// People: consent on top, the wall of named people, "Who is this?", hidden people on request, and finding by a photo.
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import type { FaceConsent } from "../../../../shared/contracts/consent.ts";
import type { Person } from "../../../../shared/contracts/people.ts";
import { ApiError } from "../../api.ts";
import { useHealth } from "../../queries/health.ts";
import { keys } from "../../queries/keys.ts";
import { queryClient } from "../../queries/query-client.ts";
import { sayCount, sayNumber } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { EmptyState, Failure, Notice, Skeleton } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { ConsentBlock, TurnOn } from "../consent/consent-block.tsx";
import { useConsent } from "../consent/use-consent.ts";
import { setHidden } from "./decisions.ts";
import { FindByPhoto } from "./find-by-photo.tsx";
import styles from "./people.module.css";
import { MergeDialog, NameDialog } from "./people-dialogs.tsx";
import { PeopleWall } from "./people-wall.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { useFollowIndexing, usePeople } from "./use-people.ts";
import { useQuestionCount } from "./use-question-count.ts";
import { useSelection } from "./use-selection.ts";
import { useUndoKey } from "./use-undo-key.ts";
import { ASKED_AT_ONCE, WhoIsThis } from "./who-is-this.tsx";

export function PeoplePage() {
  const consent = useConsent();
  return (
    <Page title="People" wide actions={consent.data?.effective ? <Ways /> : null}>
      {consent.isPending ? <WallSkeleton /> : null}
      {consent.isError ? (
        <Failure
          what="Whether faces may be recognised could not be read"
          error={consent.error}
          onRetry={() => void consent.refetch()}
        />
      ) : null}
      {consent.data ? <ConsentBlock consent={consent.data} /> : null}
      {consent.data && !consent.data.effective && consent.data.preset !== "off" ? <TurnOn /> : null}
      {consent.data?.effective ? <Everybody consent={consent.data} /> : null}
    </Page>
  );
}

function Ways() {
  const questions = useQuestionCount();
  return (
    <div className={styles.ways}>
      <Link to="/people/review" className={buttonClass({ small: true, ...(questions > 0 ? { kind: "primary" } : {}) })}>
        <Icon name="people" size={18} /> Same person?{questions > 0 ? ` (${sayNumber(questions)})` : ""}
      </Link>
      <Link to="/people/history" className={buttonClass({ small: true })}>
        <Icon name="clock" size={18} /> History
      </Link>
    </div>
  );
}

function Everybody({ consent }: { consent: FaceConsent }) {
  const { hidden: isHiddenShown = false, page = 1 } = useSearch({ from: "/member/people" });
  const navigate = useNavigate();
  const left = useFollowIndexing();
  const { sections, totals, unassigned, state, error, retry, loadMore } = usePeople(isHiddenShown, true);
  const [naming, setNaming] = useState<Person | null>(null);
  const [merging, setMerging] = useState<readonly Person[] | null>(null);
  const shown = useMemo(
    () => [...sections.named, ...sections.unnamed, ...(isHiddenShown ? sections.hidden : [])],
    [sections, isHiddenShown],
  );
  const selection = useSelection(shown);
  const selected = shown.filter(({ id }) => selection.ids.has(id));
  useUndoKey();

  useEffect(() => {
    // A page past the end (the last ones were named): the last page there is.
    const pages = Math.max(1, Math.ceil(totals.unnamed / ASKED_AT_ONCE));
    if (state === "ready" && page > pages)
      void navigate({ to: "/people", search: (held) => ({ ...held, page: pages }), replace: true });
  }, [state, totals.unnamed, page, navigate]);

  const isSwitchedOff = error instanceof ApiError && error.code === "recognition-off";
  useEffect(() => {
    // Somebody turned it off elsewhere: the switch above has to say so.
    if (isSwitchedOff) void queryClient.invalidateQueries({ queryKey: keys.consent });
  }, [isSwitchedOff]);

  if (state === "loading") return <WallSkeleton />;
  const isEmpty = totals.named + totals.unnamed + totals.hidden === 0;
  const wall = {
    selection,
    onOpen: (person: Person) => void navigate({ to: "/people/$personId", params: { personId: person.id } }),
    onName: setNaming,
    onHide: (person: Person) => void setHidden([person], !person.isHidden),
  };

  return (
    <>
      {state === "failed" ? <Failure what="People could not be listed" error={error} onRetry={retry} /> : null}
      {consent.recognition ? null : <ModelsMissing />}
      {isEmpty && state !== "failed" ? <Nobody left={left} consent={consent} /> : null}
      {sections.named.length > 0 ? (
        <section aria-labelledby="named" className={styles.section}>
          <header className={styles.sectionHead}>
            <h2 id="named">{sayCount(totals.named, "person", "people")}</h2>
            <p className={styles.keysHint}>
              <kbd>Enter</kbd> opens · <kbd>N</kbd> names · <kbd>H</kbd> hides · <kbd>M</kbd> selects to merge
            </p>
          </header>
          <PeopleWall {...wall} label="People with names" people={sections.named} onEnd={() => loadMore("named")} />
        </section>
      ) : null}
      {sections.unnamed.length > 0 ? (
        <WhoIsThis
          people={sections.unnamed}
          total={totals.unnamed}
          page={page}
          selection={selection}
          onPage={(next) => {
            if (next * ASKED_AT_ONCE > sections.unnamed.length) loadMore("unnamed");
            void navigate({ to: "/people", search: (held) => ({ ...held, page: next }), resetScroll: false });
          }}
        />
      ) : null}
      {unassigned > 0 ? (
        <div>
          <Link to="/people/nobody" className={buttonClass({ small: true })}>
            <Icon name="face" size={18} /> {sayCount(unassigned, "face belongs", "faces belong")} to nobody
          </Link>
        </div>
      ) : null}
      {totals.hidden > 0 || isHiddenShown ? (
        <section className={styles.section} aria-label="Hidden people">
          <div>
            <Link
              to="/people"
              search={(held) => ({ ...held, hidden: isHiddenShown ? undefined : true })}
              resetScroll={false}
              className={buttonClass({ small: true })}
            >
              <Icon name={isHiddenShown ? "hide" : "show"} size={18} />
              {isHiddenShown
                ? "Close hidden people"
                : `Show ${sayCount(totals.hidden, "hidden person", "hidden people")}`}
            </Link>
          </div>
          {isHiddenShown && sections.hidden.length > 0 ? (
            <PeopleWall {...wall} label="Hidden people" people={sections.hidden} onEnd={() => loadMore("hidden")} />
          ) : null}
          {isHiddenShown && sections.hidden.length === 0 ? <p>Nobody is hidden.</p> : null}
        </section>
      ) : null}
      {isEmpty ? null : <FindByPhoto />}
      <SelectionBar
        crops={selected.map(({ cover }) => cover?.crop)}
        noun={["person", "people"]}
        onClear={selection.clear}
      >
        {selected.length >= 2 ? (
          <Button small kind="primary" icon="merge" onClick={() => setMerging(selected)}>
            Merge
          </Button>
        ) : (
          <Button small icon="edit" onClick={() => setNaming(selected[0] ?? null)}>
            Name
          </Button>
        )}
        <Button
          small
          icon="hide"
          onClick={() => {
            void setHidden(
              selected.filter((person) => !person.isHidden),
              true,
            );
            selection.clear();
          }}
          disabled={selected.every(({ isHidden }) => isHidden)}
        >
          Hide
        </Button>
      </SelectionBar>
      {naming ? <NameDialog person={naming} onClose={() => setNaming(null)} /> : null}
      {merging ? <MergeDialog people={merging} onMerged={selection.clear} onClose={() => setMerging(null)} /> : null}
    </>
  );
}

function ModelsMissing() {
  return (
    <Notice tone="warn" title="Recognition-grade face models are not installed">
      Faces are found, but comparing them is rough: expect wrong guesses. To install the models, run{" "}
      <code>npm run models</code> where Heliograph runs, and restart it; every photo is then looked through again.
    </Notice>
  );
}

function Nobody({ left, consent }: { left: number; consent: FaceConsent }) {
  const { data } = useHealth(false);
  const waiting = Math.max(left, consent.photosIndexing);
  if (waiting > 0) {
    return (
      <EmptyState icon="people" title={`No faces found yet — ${sayCount(waiting, "photo", "photos")} still to index`}>
        People appear here by themselves, as soon as the same face is seen more than once.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="people"
      title={consent.stored.faces > 0 ? "Nobody is seen more than once yet" : "No faces found yet"}
      actions={
        <>
          <Link to="/upload" className={buttonClass({ kind: "primary" })}>
            <Icon name="upload" size={18} /> Upload photos
          </Link>
          <Link to="/gallery" className={buttonClass()}>
            Go to your gallery
          </Link>
        </>
      }
    >
      {consent.stored.faces > 0
        ? `${sayCount(consent.stored.faces, "face was", "faces were")} found. Open a photo to say who is in it, or add more photos.`
        : data?.recognition === false
          ? "Recognition-grade face models are not installed, so only clear faces are found."
          : "Upload photos of people; whoever is in several of them appears here."}
    </EmptyState>
  );
}

function WallSkeleton() {
  return (
    <div aria-busy="true" className={styles.section}>
      <p className="visually-hidden">Loading people</p>
      <Skeleton height={120} />
      <Skeleton height={168} />
      <Skeleton height={168} />
    </div>
  );
}
