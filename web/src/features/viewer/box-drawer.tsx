// Draws a face where none was found: by dragging, or by keys (arrows move, Shift and arrows resize, Enter takes it).
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import type { FaceBox } from "../../../../shared/contracts/people.ts";
import { boxAfterKey, boxBetween, moveBox } from "./draw-box.ts";
import { percent } from "./face-boxes.tsx";
import styles from "./faces.module.css";

interface BoxDrawerProps {
  readonly box: FaceBox;
  readonly onBox: (box: FaceBox) => void;
  /** The box is right: on to whose face it is. */
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

type Drag =
  | { readonly kind: "draw"; readonly from: { x: number; y: number } }
  | { readonly kind: "move"; readonly from: { x: number; y: number }; readonly box: FaceBox };

export function BoxDrawer({ box, onBox, onDone, onCancel }: BoxDrawerProps) {
  const area = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLButtonElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);

  useEffect(() => frame.current?.focus(), []);

  function pointOf(event: PointerEvent): { x: number; y: number } {
    const { left, top, width, height } = (area.current as HTMLDivElement).getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  }

  function onPointerDown(event: PointerEvent) {
    if (event.button !== 0) return;
    event.preventDefault();
    frame.current?.focus();
    area.current?.setPointerCapture(event.pointerId);
    const from = pointOf(event);
    const isInside = event.target instanceof Node && (frame.current?.contains(event.target) ?? false);
    setDrag(isInside ? { kind: "move", from, box } : { kind: "draw", from });
  }

  function onPointerMove(event: PointerEvent) {
    if (!drag) return;
    const to = pointOf(event);
    onBox(drag.kind === "draw" ? boxBetween(drag.from, to) : moveBox(drag.box, to.x - drag.from.x, to.y - drag.from.y));
  }

  function onKeyDown(event: KeyboardEvent) {
    const next = boxAfterKey(box, event.key, event.shiftKey);
    if (next) onBox(next);
    else if (event.key === "Enter" || event.key === " ") onDone();
    else if (event.key === "Escape") onCancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={area}
      className={styles.drawArea}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => setDrag(null)}
      onPointerCancel={() => setDrag(null)}
    >
      <button
        ref={frame}
        type="button"
        className={styles.draft}
        aria-label="Box around a face. Arrow keys move it, Shift and arrow keys change its size, Enter takes it."
        style={{ left: percent(box.x), top: percent(box.y), width: percent(box.width), height: percent(box.height) }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
