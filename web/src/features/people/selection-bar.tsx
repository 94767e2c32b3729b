// What can be done with what is selected; stays in reach at the bottom of the window.
import type { ReactNode } from "react";
import { sayCount } from "../../say.ts";
import { Button } from "../../ui/button.tsx";
import { FaceCrop } from "./face-crop.tsx";
import styles from "./selection-bar.module.css";

const CROPS_SHOWN = 5;

export function SelectionBar({
  crops,
  noun,
  onClear,
  children,
}: {
  crops: readonly (string | null | undefined)[];
  noun: readonly [one: string, many: string];
  onClear: () => void;
  children: ReactNode;
}) {
  if (crops.length === 0) return null;
  return (
    <section className={styles.bar} aria-label="Selection">
      <div className={styles.crops} aria-hidden="true">
        {crops.slice(0, CROPS_SHOWN).map((crop, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: crops may repeat, and are only drawn
          <FaceCrop key={at} src={crop} size={36} />
        ))}
      </div>
      <p className={styles.count} role="status">
        {sayCount(crops.length, noun[0], noun[1])} selected
      </p>
      <div className={styles.buttons}>
        {children}
        <Button small kind="quiet" onClick={onClear}>
          Clear
        </Button>
      </div>
    </section>
  );
}
