// A thin strip while the browser has no network.
import { useSyncExternalStore } from "react";
import { Icon } from "../../ui/icon.tsx";
import styles from "./shell.module.css";

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

export function OfflineStrip() {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status">
      {isOnline ? null : (
        <div className={styles.strip}>
          <Icon name="offline" size={18} />
          Offline — uploads pause here and continue by themselves when you are back
        </div>
      )}
    </div>
  );
}
