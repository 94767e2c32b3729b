// The crop over the picture: dragged by its middle and its corners; by keys, arrows move it, Shift and arrows resize it.
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { type Corner, type CropBox, cropAfterKey, dragCorner, moveCrop } from "./crop-box.ts";
import { percent } from "./face-boxes.tsx";
import styles from "./makers.module.css";

interface CropFrameProps {
  readonly box: CropBox;
  /** width / height of the box's fractions; null: any. */
  readonly shape: number | null;
  readonly onBox: (box: CropBox) => void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

type Drag = { readonly corner: Corner | null; readonly from: Point; readonly box: CropBox };

const CORNERS = ["nw", "ne", "se", "sw"] as const satisfies readonly Corner[];

export function CropFrame({ box, shape, onBox }: CropFrameProps) {
  const area = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLButtonElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);

  function pointOf(event: PointerEvent): Point {
    const { left, top, width, height } = (area.current as HTMLDivElement).getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  }

  function onPointerDown(event: PointerEvent) {
    if (event.button !== 0 || !(event.target instanceof HTMLElement)) return;
    event.preventDefault();
    frame.current?.focus();
    area.current?.setPointerCapture(event.pointerId);
    const corner = CORNERS.find((one) => one === (event.target as HTMLElement).dataset.corner) ?? null;
    setDrag({ corner, from: pointOf(event), box });
  }

  function onPointerMove(event: PointerEvent) {
    if (!drag) return;
    const to = pointOf(event);
    onBox(
      drag.corner === null
        ? moveCrop(drag.box, to.x - drag.from.x, to.y - drag.from.y)
        : dragCorner(drag.box, drag.corner, to, shape),
    );
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = cropAfterKey(box, event.key, event.shiftKey, shape);
    if (!next) return;
    // The arrows are the frame's: the viewer must not go on to the next photo.
    event.preventDefault();
    event.stopPropagation();
    onBox(next);
  }

  return (
    <div
      ref={area}
      className={styles.cropArea}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => setDrag(null)}
      onPointerCancel={() => setDrag(null)}
    >
      <div
        className={styles.cropFrame}
        style={{ left: percent(box.x), top: percent(box.y), width: percent(box.width), height: percent(box.height) }}
      >
        <button
          ref={frame}
          type="button"
          className={styles.cropGrip}
          aria-label="What is kept of the photo. Arrow keys move it, Shift and arrow keys change its size."
          onKeyDown={onKeyDown}
        />
        {CORNERS.map((corner) => (
          <span key={corner} className={styles.cropCorner} data-corner={corner} />
        ))}
      </div>
    </div>
  );
}
