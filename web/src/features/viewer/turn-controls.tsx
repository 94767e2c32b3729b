// Turning and mirroring, each press doing to the picture what it says.
import { IconButton } from "../../ui/button.tsx";
import { announce } from "../../ui/live-region.tsx";
import styles from "./makers.module.css";
import { mirror, type Orientation, quarterTurn, sayOrientation } from "./orientation.ts";

interface TurnControlsProps {
  readonly orientation: Orientation;
  readonly onOrientation: (orientation: Orientation) => void;
}

export function TurnControls({ orientation, onOrientation }: TurnControlsProps) {
  function turnTo(next: Orientation) {
    onOrientation(next);
    announce(`The picture is ${sayOrientation(next)}`);
  }
  return (
    <fieldset className={styles.group}>
      <legend>Turn</legend>
      <div className={styles.turns}>
        <IconButton label="Turn left" icon="undo" onClick={() => turnTo(quarterTurn(orientation, false))} />
        <IconButton label="Turn right" icon="redo" onClick={() => turnTo(quarterTurn(orientation, true))} />
        <IconButton label="Mirror left and right" icon="mirrorH" onClick={() => turnTo(mirror(orientation, "h"))} />
        <IconButton label="Mirror top and bottom" icon="mirrorV" onClick={() => turnTo(mirror(orientation, "v"))} />
        <p className={styles.quiet}>{sayOrientation(orientation)}</p>
      </div>
    </fieldset>
  );
}
