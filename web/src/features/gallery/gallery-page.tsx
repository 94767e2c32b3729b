// The gallery page: states (loading, empty, broken, full), live changes, and the viewer over it.
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { usePhotoChanges } from "../../progress.tsx";
import { useHealth } from "../../queries/health.ts";
import { useSession } from "../../queries/session.ts";
import { sayCount } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { EmptyState, Failure, Notice, Skeleton } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { Viewer } from "../viewer/viewer.tsx";
import { ChangeFollower } from "./follow-changes.ts";
import styles from "./gallery.module.css";
import { GalleryModel } from "./gallery-model.ts";
import { PhotoGrid } from "./photo-grid.tsx";

/** One model per signed-in person, kept while other pages are visited: coming back is instant. */
let kept: { userId: string; model: GalleryModel } | null = null;

function modelFor(userId: string): GalleryModel {
  if (kept?.userId !== userId) kept = { userId, model: new GalleryModel() };
  return kept.model;
}

export function GalleryPage() {
  const { data: user } = useSession();
  return user ? <Gallery model={modelFor(user.sub)} key={user.sub} /> : null;
}

function Gallery({ model }: { model: GalleryModel }) {
  const view = useSyncExternalStore(model.subscribe, model.get);
  const { photo: openId } = useSearch({ from: "/member/gallery" });
  const navigate = useNavigate();
  const follower = useRef<ChangeFollower>(null);
  follower.current ??= new ChangeFollower(model);

  useEffect(() => {
    void model.open();
    return () => follower.current?.stop();
  }, [model]);
  usePhotoChanges({
    onChanges: (changes) => follower.current?.changed(changes),
    onMissed: () => void follower.current?.missed(),
  });

  const open = useCallback(
    (id: string | null, replace = false) =>
      void navigate({ to: "/gallery", search: id === null ? {} : { photo: id }, replace, resetScroll: false }),
    [navigate],
  );
  const total = view.photos.length + view.tail.length;

  return (
    <Page
      title="Gallery"
      wide
      actions={total > 0 ? <p className={styles.count}>{sayCount(total, "photo", "photos")}</p> : null}
    >
      <RecognitionNotice />
      {view.state === "failed" || (view.state === "ready" && view.error) ? (
        <Failure
          what={total > 0 ? "Some photos could not be listed" : "Your photos could not be listed"}
          error={view.error}
          onRetry={() => void model.open()}
        />
      ) : null}
      {view.state === "loading" && total === 0 ? <GridSkeleton /> : null}
      {view.state === "ready" && total === 0 && !view.error ? <EmptyGallery /> : null}
      {total > 0 ? <PhotoGrid model={model} view={view} onOpen={(id) => open(id)} /> : null}
      {openId ? (
        <Viewer id={openId} model={model} view={view} onMove={(id) => open(id, true)} onClose={() => open(null)} />
      ) : null}
    </Page>
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

function GridSkeleton() {
  return (
    <div aria-busy="true">
      <p className="visually-hidden">Loading your photos</p>
      <Skeleton height={200} />
      <div style={{ height: 4 }} />
      <Skeleton height={200} />
      <div style={{ height: 4 }} />
      <Skeleton height={200} />
    </div>
  );
}

const NOTICE_SEEN = "heliograph-recognition-notice-seen";

function RecognitionNotice() {
  const { data } = useHealth(false);
  const [isSeen, setSeen] = useState(() => localStorage.getItem(NOTICE_SEEN) !== null);
  if (isSeen || data?.recognition !== false) return null;
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
