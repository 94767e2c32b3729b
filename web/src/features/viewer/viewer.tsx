// One photo, large: its picture with faces over it, what is known of it, and what can be done with it.
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { FaceBox } from "../../../../shared/contracts/people.ts";
import type { Photo } from "../../../../shared/contracts/photos.ts";
import { photos as api } from "../../api.ts";
import { mediaAddress } from "../../media-address.ts";
import { keys } from "../../queries/keys.ts";
import { buttonClass, IconButton } from "../../ui/button.tsx";
import { useModal } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { announce, LiveRegion } from "../../ui/live-region.tsx";
import { Failure } from "../../ui/notice.tsx";
import { ToastRegion, toast } from "../../ui/toasts.tsx";
import type { GalleryModel, GalleryView } from "../gallery/gallery-model.ts";
import { undoLast } from "../people/decide.ts";
import { drawFace, type NameChoice } from "../people/decisions.ts";
import { isTyping } from "../shell/use-shortcuts.ts";
import { BoxDrawer } from "./box-drawer.tsx";
import { firstBox } from "./draw-box.ts";
import { FaceBoxes } from "./face-boxes.tsx";
import { PeoplePanel } from "./people-panel.tsx";
import { PhotoFacts } from "./photo-facts.tsx";
import { PhotoStage } from "./photo-stage.tsx";
import { usePhotoFaces } from "./use-photo-faces.ts";
import styles from "./viewer.module.css";
import { type ViewerTab, ViewerTabs } from "./viewer-tabs.tsx";

interface ViewerProps {
  readonly id: string;
  readonly model: GalleryModel;
  readonly view: GalleryView;
  readonly onMove: (id: string) => void;
  readonly onClose: () => void;
  /** What the panel opens at. */
  readonly firstTab?: ViewerTab;
}

export function Viewer({ id, model, view, onMove, onClose, firstTab = "about" }: ViewerProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useModal(dialog);
  const held = view.photos.find((photo) => photo.id === id);
  const fetched = useQuery({ queryKey: keys.photo(id), queryFn: ({ signal }) => api.get(id, signal), enabled: !held });
  const photo = held ?? fetched.data;
  const [areFacesShown, setFacesShown] = useState(true);
  const [areFactsShown, setFactsShown] = useState(() => window.innerWidth >= 1024);
  const [tab, setTab] = useState<ViewerTab>(firstTab);
  const [layer, setLayer] = useState<HTMLElement | null>(null);
  const found = usePhotoFaces(photo, areFacesShown || (areFactsShown && tab === "people"));
  const [activeFace, setActiveFace] = useState<string | null>(null);
  const [namingFace, setNamingFace] = useState<string | null>(null);
  const [draft, setDraft] = useState<FaceBox | null>(null);
  const drawButtonWanted = useRef(false);
  useEffect(() => {
    if (draft !== null || !drawButtonWanted.current) return;
    drawButtonWanted.current = false;
    // Drawing is over: back to where it began.
    [...(dialog.current?.querySelectorAll("button") ?? [])].find((one) => one.textContent === "Draw a face")?.focus();
  }, [draft]);

  /** Boxes would lie over what is being made. */
  const isMaking = areFactsShown && (tab === "dither" || tab === "transform");
  const at = held ? view.photos.indexOf(held) : -1;
  const before = at > 0 ? view.photos[at - 1] : undefined;
  const after = at >= 0 ? view.photos[at + 1] : undefined;
  useEffect(() => {
    if (model.hasMore && at >= view.photos.length - 3) void model.loadUpTo(view.photos.length + 1);
  }, [model, at, view.photos.length]);
  useEffect(() => {
    if (photo) announce(photo.filename);
  }, [photo?.filename, photo]);

  function go(target: Photo | undefined) {
    if (!target) return;
    setDraft(null);
    setNamingFace(null);
    onMove(target.id);
  }

  function openTab(next: ViewerTab) {
    setDraft(null);
    setNamingFace(null);
    setTab(next);
  }

  function nameFace(faceId: string) {
    setFactsShown(true);
    openTab("people");
    setNamingFace(faceId);
  }

  function stopDrawing() {
    drawButtonWanted.current = true;
    setDraft(null);
  }

  function saveDrawn(choice: NameChoice | null) {
    if (photo && draft) void drawFace(photo.id, draft, choice);
    stopDrawing();
  }

  async function remove(target: Photo) {
    const next = after ?? before;
    try {
      await api.remove(target.id);
    } catch {
      return toast("The photo could not be deleted. Nothing was changed.", { tone: "error" });
    }
    // It may have been closed while the server answered: then it stays closed.
    if (dialog.current?.open) {
      if (next) onMove(next.id);
      else dialog.current.close();
    }
    model.remove(target.id);
    toast("Moved to the trash. It is kept for 30 days.", {
      action: {
        label: "Undo",
        run: () =>
          void api.restore(target.id).then(
            (restored) => model.put([restored]),
            () => toast("The photo could not be restored. It stays in the trash.", { tone: "error" }),
          ),
      },
    });
  }

  async function retry(target: Photo) {
    try {
      model.put([await api.retry(target.id)]);
      toast("Trying again.");
    } catch {
      toast("That did not work. Try again in a moment.", { tone: "error" });
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    if (isTyping(event.target) || event.altKey) return;
    // A dialog over this one has keys of its own.
    if (event.target instanceof Element && event.target.closest("dialog") !== dialog.current) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === "z" && undoLast()) event.preventDefault();
      return;
    }
    const actions = new Map<string, () => void>([
      ["ArrowLeft", () => go(before)],
      ["ArrowRight", () => go(after)],
      ["f", () => setFacesShown(!areFacesShown)],
      ["i", () => setFactsShown(!areFactsShown)],
      ["d", () => dialog.current?.querySelector<HTMLAnchorElement>("a[download]")?.click()],
      ["Delete", () => void (photo && remove(photo))],
    ]);
    const action = actions.get(event.key);
    if (!action) return;
    event.preventDefault();
    action();
  }

  return (
    <dialog
      ref={dialog}
      className={styles.viewer}
      aria-label={photo ? photo.filename : "Photo"}
      onClose={onClose}
      onKeyDown={onKeyDown}
    >
      <header className={styles.bar}>
        <p className={styles.title}>{photo?.filename.split("/").at(-1) ?? ""}</p>
        {photo?.stages.index.state === "done" ? (
          <IconButton
            label={areFacesShown ? "Hide faces" : "Show faces"}
            icon="face"
            aria-pressed={areFacesShown}
            className={areFacesShown ? styles.on : ""}
            onClick={() => setFacesShown(!areFacesShown)}
          />
        ) : null}
        <IconButton
          label={areFactsShown ? "Hide details" : "Show details"}
          icon="info"
          aria-pressed={areFactsShown}
          className={areFactsShown ? styles.on : ""}
          onClick={() => setFactsShown(!areFactsShown)}
        />
        {photo ? (
          <>
            <a
              className={`${buttonClass({ kind: "quiet" })} ${styles.square}`}
              href={mediaAddress(api.originalAddress(photo.id))}
              download={photo.filename.split("/").at(-1)}
              aria-label="Download the original"
              title="Download the original"
            >
              <Icon name="download" />
            </a>
            <IconButton label="Delete" icon="trash" onClick={() => void remove(photo)} />
          </>
        ) : null}
        <IconButton label="Close" icon="close" onClick={() => dialog.current?.close()} />
      </header>

      <div className={styles.middle}>
        <IconButton
          className={styles.before}
          label="Newer photo"
          icon="left"
          disabled={!before}
          onClick={() => go(before)}
        />
        {photo ? (
          <PhotoStage key={photo.id} photo={photo} onRetry={() => void retry(photo)} onLayer={setLayer}>
            {areFacesShown && draft === null && !isMaking ? (
              <FaceBoxes faces={found.faces} activeId={activeFace} onActive={setActiveFace} onChoose={nameFace} />
            ) : null}
            {draft ? (
              <BoxDrawer
                box={draft}
                onBox={setDraft}
                onDone={() => dialog.current?.querySelector<HTMLInputElement>("aside input")?.focus()}
                onCancel={stopDrawing}
              />
            ) : null}
          </PhotoStage>
        ) : null}
        {fetched.isError ? (
          <div className={styles.broken}>
            <Failure
              what="This photo could not be opened"
              error={fetched.error}
              onRetry={() => void fetched.refetch()}
            />
          </div>
        ) : null}
        <IconButton
          className={styles.after}
          label="Older photo"
          icon="right"
          disabled={!after}
          onClick={() => go(after)}
        />
      </div>
      {photo && areFactsShown ? (
        <ViewerTabs
          photo={photo}
          active={tab}
          onActive={openTab}
          stage={layer}
          about={<PhotoFacts photo={photo} />}
          people={
            <PeoplePanel
              photo={photo}
              found={found}
              activeId={activeFace}
              onActive={setActiveFace}
              namingId={namingFace}
              onNaming={setNamingFace}
              drawing={draft ? { onSave: saveDrawn, onCancel: stopDrawing } : null}
              onDraw={() => setDraft(firstBox((photo.width ?? 4) / (photo.height ?? 3)))}
            />
          }
        />
      ) : null}
      {/* The app's own messages are behind a modal and out of reach: Undo must not be. */}
      <ToastRegion />
      <LiveRegion />
    </dialog>
  );
}
