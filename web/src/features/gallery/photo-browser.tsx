// The grid of a model's photos with the viewer over it: loading, broken, empty, full, and live changes.
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { usePhotoChanges } from "../../progress.tsx";
import { Failure, Skeleton } from "../../ui/notice.tsx";
import { useSelection } from "../people/use-selection.ts";
import { Viewer } from "../viewer/viewer.tsx";
import type { ViewerTab } from "../viewer/viewer-tabs.tsx";
import { ChangeFollower } from "./follow-changes.ts";
import type { GalleryModel } from "./gallery-model.ts";
import { PhotoGrid } from "./photo-grid.tsx";
import { PhotoSelectionBar } from "./photo-selection-bar.tsx";

interface PhotoBrowserProps {
  readonly model: GalleryModel;
  /** The photo that is open, by the address. */
  readonly openId: string | undefined;
  /** `replace` moves between photos without a step back for each. */
  readonly onOpen: (id: string | null, replace: boolean) => void;
  readonly empty: ReactNode;
  /** What the viewer's panel opens at. */
  readonly viewerTab?: ViewerTab;
}

export function PhotoBrowser({ model, openId, onOpen, empty, viewerTab = "about" }: PhotoBrowserProps) {
  const view = useSyncExternalStore(model.subscribe, model.get);
  const follower = useRef<{ model: GalleryModel; run: ChangeFollower }>(null);
  if (follower.current?.model !== model) follower.current = { model, run: new ChangeFollower(model) };

  useEffect(() => {
    void model.open();
    return () => follower.current?.run.stop();
  }, [model]);
  usePhotoChanges({
    onChanges: (changes) => follower.current?.run.changed(changes),
    onMissed: () => void follower.current?.run.missed(),
  });

  const selection = useSelection(view.photos);
  const selected = selection.ids.size === 0 ? [] : view.photos.filter(({ id }) => selection.ids.has(id));
  function clearSelection() {
    selection.clear();
    // The bar goes, and the button with it: back to the photos.
    document.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]')?.focus({ preventScroll: true });
  }

  const total = view.photos.length + view.tail.length;
  return (
    <>
      {view.state === "failed" || (view.state === "ready" && view.error) ? (
        <Failure
          what={total > 0 ? "Some photos could not be listed" : "Your photos could not be listed"}
          error={view.error}
          onRetry={() => void model.open()}
        />
      ) : null}
      {view.state === "loading" && total === 0 ? <GridSkeleton /> : null}
      {view.state === "ready" && total === 0 && !view.error ? empty : null}
      {total > 0 ? (
        <PhotoGrid model={model} view={view} selection={selection} onOpen={(id) => onOpen(id, false)} />
      ) : null}
      <PhotoSelectionBar photos={selected} onClear={clearSelection} />
      {openId ? (
        <Viewer
          id={openId}
          model={model}
          view={view}
          firstTab={viewerTab}
          onMove={(id) => onOpen(id, true)}
          onClose={() => onOpen(null, false)}
        />
      ) : null}
    </>
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
