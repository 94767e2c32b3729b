// The picture itself, as large as fits, blurred first; whatever is drawn over it sits exactly there.
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import type { Photo } from "../../../../shared/contracts/photos.ts";
import { mediaAddress } from "../../media-address.ts";
import { FAIL_WORDS, SKIP_WORDS } from "../../plain-words.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { thumbhashUrl } from "../gallery/thumbhash-url.ts";
import styles from "./viewer.module.css";

export function PhotoStage({
  photo,
  onRetry,
  onLayer,
  children,
}: {
  photo: Photo;
  onRetry: () => void;
  /** The element over the picture that others may draw into; null when there is none any more. */
  onLayer: (layer: HTMLElement | null) => void;
  /** What lies exactly over the picture. */
  children: ReactNode;
}) {
  const room = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ widthPx: 0, heightPx: 0 });
  useLayoutEffect(() => {
    const element = room.current;
    if (!element) return;
    const measure = () => setSize({ widthPx: element.clientWidth, heightPx: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  const { w1280, w640, w320 } = photo.renditions;
  const large = w1280 ?? w640 ?? w320;
  const ratio = (photo.width ?? 4) / (photo.height ?? 3);
  const widthPx = Math.floor(Math.min(size.widthPx, size.heightPx * ratio));
  const blur = w320 ? mediaAddress(w320.jpg) : thumbhashUrl(photo.thumbhash);

  return (
    <div ref={room} className={styles.room}>
      {large ? (
        <div
          className={styles.picture}
          style={{
            width: widthPx,
            height: Math.floor(widthPx / ratio),
            ...(blur ? { backgroundImage: `url(${blur})` } : {}),
          }}
        >
          <img src={mediaAddress(large.jpg)} alt={photo.filename} draggable={false} />
          {children}
          <div ref={onLayer} className={styles.layer} />
        </div>
      ) : (
        <NoPicture photo={photo} onRetry={onRetry} />
      )}
      {large && photo.status === "failed" ? (
        <div className={styles.strip}>
          <FailedNotice photo={photo} onRetry={onRetry} />
        </div>
      ) : null}
    </div>
  );
}

function NoPicture({ photo, onRetry }: { photo: Photo; onRetry: () => void }) {
  const { state, reason } = photo.stages.thumbnail;
  if (photo.status === "failed") return <FailedNotice photo={photo} onRetry={onRetry} />;
  if (state === "skipped") {
    const words = SKIP_WORDS[reason as keyof typeof SKIP_WORDS] ?? SKIP_WORDS.unsupported;
    return <Notice title={words.sentence}>{words.action}</Notice>;
  }
  return (
    <div className={styles.working}>
      <span className={styles.ring} />
      <p>Processing your photo. It appears here by itself.</p>
    </div>
  );
}

function FailedNotice({ photo, onRetry }: { photo: Photo; onRetry: () => void }) {
  const failed = Object.values(photo.stages).find((stage) => stage.state === "failed");
  const words = FAIL_WORDS[failed?.reason as keyof typeof FAIL_WORDS] ?? FAIL_WORDS.internal;
  return (
    <Notice
      tone="error"
      title={words.sentence}
      actions={
        <Button small icon="retry" onClick={onRetry}>
          Retry
        </Button>
      }
    >
      {words.action}
    </Notice>
  );
}
