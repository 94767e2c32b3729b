// Every key the app listens to.
import { Dialog } from "../../ui/dialog.tsx";
import { SECTIONS } from "./sections.ts";
import styles from "./shell.module.css";

const OTHER_KEYS = [
  { keys: ["?"], what: "This sheet" },
  { keys: ["Esc"], what: "Close what is open" },
  { keys: ["←", "→", "↑", "↓"], what: "Move in the gallery, and between photos" },
  { keys: ["Home", "End"], what: "First and last photo" },
  { keys: ["Enter"], what: "Open the photo" },
  { keys: ["f"], what: "Show or hide faces in an open photo" },
  { keys: ["i"], what: "Show or hide details of an open photo" },
  { keys: ["d"], what: "Download an open photo" },
  { keys: ["Del"], what: "Move an open photo to the trash" },
] as const;

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className={styles.keys}>
        {SECTIONS.map(({ to, label, letter }) => (
          <KeyRow key={to} keys={["g", letter]} what={`Go to ${label}`} />
        ))}
        {OTHER_KEYS.map(({ keys, what }) => (
          <KeyRow key={what} keys={keys} what={what} />
        ))}
      </dl>
    </Dialog>
  );
}

function KeyRow({ keys, what }: { keys: readonly string[]; what: string }) {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <span key={key}>
            <kbd>{key}</kbd>{" "}
          </span>
        ))}
      </dt>
      <dd>{what}</dd>
    </>
  );
}
