// The viewer's panel: what is known of the photo, who is in it, and what can be made of it. Makers load when first opened.
import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import type { Photo } from "../../../../shared/contracts/photos.ts";
import { ErrorBoundary } from "../../ui/error-boundary.tsx";
import { Failure, Notice, Skeleton } from "../../ui/notice.tsx";
import { type Tab, Tabs } from "../../ui/tabs.tsx";
import styles from "./viewer.module.css";

export type ViewerTab = "about" | "people" | "dither" | "transform";

/** What every panel that makes something of a photo is given. It is mounted anew for each photo. */
export interface MakerProps {
  readonly photo: MakeablePhoto;
  /** Lies exactly over the picture on the stage: what a panel shows there goes in by createPortal. */
  readonly stage: HTMLElement | null;
}

/** A photo whose size is known and that has a picture to look at. */
export type MakeablePhoto = Photo & { readonly width: number; readonly height: number };

const TABS: readonly Tab<ViewerTab>[] = [
  { id: "about", label: "About" },
  { id: "people", label: "People" },
  { id: "dither", label: "Dither" },
  { id: "transform", label: "Transform" },
];

const MAKERS: Readonly<Partial<Record<ViewerTab, ComponentType<MakerProps>>>> = {
  dither: lazy(async () => ({ default: (await import("./dither-panel.tsx")).DitherPanel })),
  transform: lazy(async () => ({ default: (await import("./transform-panel.tsx")).TransformPanel })),
};

interface ViewerTabsProps {
  readonly photo: Photo;
  readonly active: ViewerTab;
  readonly onActive: (tab: ViewerTab) => void;
  readonly stage: HTMLElement | null;
  readonly about: ReactNode;
  readonly people: ReactNode;
}

export function ViewerTabs({ photo, active, onActive, stage, about, people }: ViewerTabsProps) {
  const Maker = MAKERS[active];
  return (
    <aside className={styles.facts} aria-label="Details">
      <Tabs label="About this photo" tabs={TABS} active={active} onActive={onActive}>
        {active === "about" ? about : null}
        {active === "people" ? people : null}
        {Maker ? (
          isMakeable(photo) ? (
            <ErrorBoundary
              key={`${photo.id} ${active}`}
              fallback={(error) => <Failure what="This part stopped working" error={error} />}
            >
              <Suspense fallback={<Skeleton height={240} />}>
                <Maker photo={photo} stage={stage} />
              </Suspense>
            </ErrorBoundary>
          ) : (
            <Notice title="Not yet">
              Something can be made of this photo once it has been processed. It appears here by itself.
            </Notice>
          )
        ) : null}
      </Tabs>
    </aside>
  );
}

function isMakeable(photo: Photo): photo is MakeablePhoto {
  return photo.width !== null && photo.height !== null && photo.stages.thumbnail.state === "done";
}
