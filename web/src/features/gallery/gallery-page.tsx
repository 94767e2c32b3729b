// The gallery page: every photo, or those of certain people, with what should be known above them.
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useHealth } from "../../queries/health.ts";
import { useSession } from "../../queries/session.ts";
import { sayCount } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { EmptyState, Notice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { ConsentAsk } from "../consent/consent-ask.tsx";
import { useConsent } from "../consent/use-consent.ts";
import { onPeopleChange } from "../people/decide.ts";
import styles from "./gallery.module.css";
import type { GalleryFilter } from "./gallery-model.ts";
import { modelFor } from "./kept-model.ts";
import { PersonFilter } from "./person-filter.tsx";
import { PhotoBrowser } from "./photo-browser.tsx";

export function GalleryPage() {
  const { data: user } = useSession();
  return user ? <Gallery userId={user.sub} key={user.sub} /> : null;
}

function Gallery({ userId }: { userId: string }) {
  const { photo, person, match } = useSearch({ from: "/member/gallery" });
  const navigate = useNavigate();
  const filter = useMemo<GalleryFilter>(
    () => (person === undefined ? {} : { person, match: match ?? "all" }),
    [person, match],
  );
  const model = modelFor(userId, filter);
  const view = useSyncExternalStore(model.subscribe, model.get);
  useEffect(() => {
    // The whole library is as it was; a part of it may have lost or gained photos.
    if (person !== undefined) return onPeopleChange(() => void model.reload());
  }, [model, person]);

  const open = useCallback(
    (id: string | null, replace = false) =>
      void navigate({
        to: "/gallery",
        search: (held) => ({ ...held, photo: id ?? undefined }),
        replace,
        resetScroll: false,
      }),
    [navigate],
  );
  const total = view.photos.length + view.tail.length;
  const isFiltered = person !== undefined;

  return (
    <Page
      title="Gallery"
      wide
      actions={
        total > 0 ? (
          <p className={styles.count}>
            {model.hasMore && isFiltered ? "More than " : ""}
            {sayCount(total, "photo", "photos")}
          </p>
        ) : null
      }
    >
      <RecognitionNotice />
      <ConsentAsk hasPhotos={total > 0} />
      <PersonFilter ids={person?.split(",") ?? []} match={match ?? "all"} />
      <PhotoBrowser
        model={model}
        openId={photo}
        onOpen={open}
        empty={isFiltered ? <NoMatch /> : <EmptyGallery />}
        key={person}
      />
    </Page>
  );
}

function NoMatch() {
  return (
    <EmptyState
      icon="people"
      title="No photo has them in it"
      actions={
        <Link to="/gallery" className={buttonClass({ kind: "primary" })}>
          Show all photos
        </Link>
      }
    >
      Take a person off the filter, or look for photos with any of them.
    </EmptyState>
  );
}

function EmptyGallery() {
  return (
    <EmptyState
      icon="gallery"
      title="Your photos will appear here"
      actions={
        <>
          <Link to="/upload" className={buttonClass({ kind: "primary" })}>
            <Icon name="upload" size={18} /> Upload photos
          </Link>
          <Link to="/status" className={buttonClass()}>
            Check that all is well
          </Link>
        </>
      }
    >
      Drop photos or whole folders anywhere in this window. Each appears as soon as its thumbnail is made.
    </EmptyState>
  );
}

const NOTICE_SEEN = "heliograph-recognition-notice-seen";

function RecognitionNotice() {
  const { data } = useHealth(false);
  const consent = useConsent();
  const [isSeen, setSeen] = useState(() => localStorage.getItem(NOTICE_SEEN) !== null);
  // Where nobody is recognised, what recognition could be is no news.
  if (isSeen || data?.recognition !== false || !consent.data?.effective) return null;
  return (
    <Notice
      title="Recognition-grade face models are not installed"
      actions={
        <Button
          small
          onClick={() => {
            localStorage.setItem(NOTICE_SEEN, "1");
            setSeen(true);
          }}
        >
          Got it
        </Button>
      }
    >
      Faces are found, but can only be compared roughly. To install the models, run <code>npm run models</code> where
      Heliograph runs, and restart it.
    </Notice>
  );
}
