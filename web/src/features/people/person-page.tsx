// One person: name, counts, what can be decided about them, and their photos or their faces.
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import type { Person } from "../../../../shared/contracts/people.ts";
import { ApiError } from "../../api.ts";
import { useSession } from "../../queries/session.ts";
import { sayCount, sayDay } from "../../say.ts";
import { Button, buttonClass, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Isolated, isolate } from "../../ui/isolate.tsx";
import { EmptyState, Failure, Skeleton } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { modelFor } from "../gallery/kept-model.ts";
import { PhotoBrowser } from "../gallery/photo-browser.tsx";
import { BirthdayDialog } from "./birthday-dialog.tsx";
import { onPeopleChange } from "./decide.ts";
import { giveName, nameOf, setBirthday, setHidden } from "./decisions.ts";
import { FaceCrop } from "./face-crop.tsx";
import { FaceWall } from "./face-wall.tsx";
import { NameField } from "./name-field.tsx";
import { MergeDialog, PickPersonDialog } from "./people-dialogs.tsx";
import styles from "./person.module.css";
import { usePerson } from "./use-people.ts";
import { useUndoKey } from "./use-undo-key.ts";

export function PersonPage() {
  const { personId } = useParams({ from: "/member/people/$personId" });
  const { query, person } = usePerson(personId);
  const navigate = useNavigate();

  const survivorId = person && person.id !== personId ? person.id : null;
  useEffect(() => {
    // A merge made them somebody else; the old address leads on.
    if (survivorId)
      void navigate({
        to: "/people/$personId",
        params: { personId: survivorId },
        search: (held) => held,
        replace: true,
      });
  }, [survivorId, navigate]);

  if (person) return <KnownPerson person={person} key={person.id} />;
  const isGone = query.error instanceof ApiError && query.error.status === 404;
  return (
    <Page title="Person">
      {query.isPending ? (
        <div aria-busy="true">
          <p className="visually-hidden">Loading this person</p>
          <Skeleton height={120} />
        </div>
      ) : null}
      {isGone ? (
        <EmptyState
          icon="people"
          title="This person is no longer there"
          actions={
            <Link to="/people" className={buttonClass({ kind: "primary" })}>
              See your people
            </Link>
          }
        >
          They were merged, or lost their last face. The history may bring them back.
        </EmptyState>
      ) : null}
      {query.isError && !isGone ? (
        <Failure what="This person could not be opened" error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
    </Page>
  );
}

function KnownPerson({ person }: { person: Person }) {
  const { view = "photos" } = useSearch({ from: "/member/people/$personId" });
  const [dialog, setDialog] = useState<"merge" | "birthday" | null>(null);
  const [mergeWith, setMergeWith] = useState<Person | null>(null);
  const [isNaming, setNaming] = useState(false);
  const navigate = useNavigate();
  useUndoKey();
  const title = nameOf(person);

  return (
    <Page title={isolate(title)} wide isTitleHidden>
      <header className={styles.head}>
        <FaceCrop src={person.cover?.crop} size={120} eager />
        <div className={styles.words}>
          {isNaming ? (
            <div className={styles.naming}>
              <h1 className="visually-hidden">{title}</h1>
              <NameField
                label="Name"
                initial={person.name ?? ""}
                placeholder="Who is this?"
                except={new Set([person.id])}
                takesFocus
                submitLabel="Save"
                onChoose={(choice) => {
                  setNaming(false);
                  void giveName(person, choice);
                  if (choice.kind === "known")
                    void navigate({
                      to: "/people/$personId",
                      params: { personId: choice.person.id },
                      search: { view },
                    });
                }}
                onCancel={() => setNaming(false)}
              />
            </div>
          ) : (
            <h1 className={styles.name}>
              <Isolated>{title}</Isolated>
              <IconButton
                label={person.name === null ? "Give a name" : "Change the name"}
                icon="edit"
                onClick={() => setNaming(true)}
              />
            </h1>
          )}
          <p className={styles.facts}>
            {sayCount(person.photos, "photo", "photos")} · {sayCount(person.faces, "face", "faces")}
            {person.birthday ? ` · born ${sayDay(person.birthday)}` : ""}
            {person.isHidden ? " · hidden" : ""}
          </p>
          <div className={styles.buttons}>
            <Button small icon="merge" onClick={() => setDialog("merge")}>
              Merge with…
            </Button>
            <Button small icon="cake" onClick={() => setDialog("birthday")}>
              Birthday
            </Button>
            <Button
              small
              icon={person.isHidden ? "show" : "hide"}
              onClick={() => void setHidden([person], !person.isHidden)}
            >
              {person.isHidden ? "Show" : "Hide"}
            </Button>
            <Link to="/people/history" className={buttonClass({ small: true, kind: "quiet" })}>
              <Icon name="clock" size={18} /> History
            </Link>
          </div>
        </div>
      </header>

      <nav className={styles.tabs} aria-label="Photos or faces">
        <Link
          to="/people/$personId"
          params={{ personId: person.id }}
          search={{}}
          replace
          className={styles.tab}
          activeOptions={{ exact: true, includeSearch: true }}
        >
          Photos
        </Link>
        <Link
          to="/people/$personId"
          params={{ personId: person.id }}
          search={{ view: "faces" }}
          replace
          className={styles.tab}
          activeOptions={{ exact: true, includeSearch: true }}
        >
          Faces
        </Link>
      </nav>
      {view === "faces" ? <FaceWall person={person} /> : <PersonPhotos person={person} />}

      {dialog === "merge" ? (
        <PickPersonDialog
          title={`Who is the same as ${title}?`}
          except={new Set([person.id])}
          offersNew={false}
          onPick={(choice) => setMergeWith(choice.kind === "known" ? choice.person : null)}
          onClose={() => setDialog(null)}
        />
      ) : null}
      {mergeWith ? (
        <MergeDialog
          people={[person, mergeWith]}
          onMerged={(survivor) => {
            if (survivor.id !== person.id)
              void navigate({ to: "/people/$personId", params: { personId: survivor.id }, search: { view } });
          }}
          onClose={() => setMergeWith(null)}
        />
      ) : null}
      {dialog === "birthday" ? (
        <BirthdayDialog
          person={person}
          onSave={(birthday) => void setBirthday(person, birthday)}
          onClose={() => setDialog(null)}
        />
      ) : null}
    </Page>
  );
}

function PersonPhotos({ person }: { person: Person }) {
  const { data: user } = useSession();
  const { photo } = useSearch({ from: "/member/people/$personId" });
  const navigate = useNavigate();
  const personId = person.id;
  const open = useCallback(
    (id: string | null, replace: boolean) =>
      void navigate({
        to: "/people/$personId",
        params: { personId },
        search: id === null ? {} : { photo: id },
        replace,
        resetScroll: false,
      }),
    [navigate, personId],
  );
  const model = user ? modelFor(user.sub, { person: personId }) : null;
  useEffect(() => onPeopleChange(() => void model?.reload()), [model]);
  if (!model) return null;
  return (
    <PhotoBrowser
      model={model}
      openId={photo}
      onOpen={open}
      viewerTab="people"
      empty={
        <EmptyState icon="gallery" title="No photos of this person">
          Their photos may be in the trash.
        </EmptyState>
      }
    />
  );
}
