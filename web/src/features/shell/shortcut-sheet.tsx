// Every key the app listens to.
import { Dialog } from "../../ui/dialog.tsx";
import { SECTIONS } from "./sections.ts";
import styles from "./shell.module.css";

const KEYS_BY_PLACE = [
  {
    place: "Everywhere",
    keys: [
      { keys: ["?"], what: "This sheet" },
      { keys: ["Esc"], what: "Close what is open" },
    ],
  },
  {
    place: "Gallery and open photo",
    keys: [
      { keys: ["←", "→", "↑", "↓"], what: "Move in the gallery, and between photos" },
      { keys: ["Home", "End"], what: "First and last photo" },
      { keys: ["Enter"], what: "Open the photo" },
      { keys: ["Space"], what: "Select the photo, to download several" },
      { keys: ["Shift", "←", "→"], what: "Select a range of photos" },
      { keys: ["f"], what: "Show or hide faces in an open photo" },
      { keys: ["i"], what: "Show or hide details of an open photo" },
      { keys: ["d"], what: "Download an open photo" },
      { keys: ["Del"], what: "Move an open photo to the trash" },
    ],
  },
  {
    place: "People",
    keys: [
      { keys: ["Enter"], what: "Open the person" },
      { keys: ["n"], what: "Name the person" },
      { keys: ["h"], what: "Hide the person, or show them again" },
      { keys: ["m"], what: "Select, to merge" },
      { keys: ["Shift", "←", "→"], what: "Select a range" },
      { keys: ["Ctrl", "z"], what: "Undo the last decision" },
    ],
  },
  {
    place: "Faces of a person",
    keys: [
      { keys: ["Space"], what: "Select" },
      { keys: ["x"], what: "Not this person" },
      { keys: ["v"], what: "Move to somebody else" },
      { keys: ["p"], what: "Split off as a new person" },
      { keys: ["c"], what: "Use as the cover" },
      { keys: ["n"], what: "Say whose face of nobody it is" },
    ],
  },
  {
    place: "Same person?",
    keys: [
      { keys: ["y"], what: "Yes, the same" },
      { keys: ["n"], what: "No, different" },
      { keys: ["s"], what: "Skip for now" },
      { keys: ["u"], what: "Undo the last answer" },
    ],
  },
] as const;

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className={styles.keys}>
        {SECTIONS.map(({ to, label, letter }) => (
          <KeyRow key={to} keys={["g", letter]} what={`Go to ${label}`} />
        ))}
      </dl>
      {KEYS_BY_PLACE.map(({ place, keys }) => (
        <section key={place} aria-label={place} className={styles.place}>
          <h3>{place}</h3>
          <dl className={styles.keys}>
            {keys.map((one) => (
              <KeyRow key={one.what} keys={one.keys} what={one.what} />
            ))}
          </dl>
        </section>
      ))}
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
