// The frame around every page: skip links, navigation, drop anywhere, messages, keyboard.
import { Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useSession } from "../../queries/session.ts";
import { LiveRegion } from "../../ui/live-region.tsx";
import { ToastRegion } from "../../ui/toasts.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { DropAnywhere } from "./drop-anywhere.tsx";
import { Navigation } from "./navigation.tsx";
import { OfflineStrip } from "./offline-strip.tsx";
import styles from "./shell.module.css";
import { ShortcutSheet } from "./shortcut-sheet.tsx";
import { UploadsPill } from "./uploads-pill.tsx";
import { useShortcuts } from "./use-shortcuts.ts";
import { useUploadsInBackground } from "./use-uploads-in-background.ts";

export function Shell() {
  const [isSheetOpen, setSheetOpen] = useState(false);
  const session = useSession();
  const { pathname } = useLocation();
  useShortcuts(() => setSheetOpen(true));
  useUploadsInBackground(session.data?.sub ?? null);

  useEffect(() => {
    // The router swaps pages without a document load: put the reader at the start of the new one.
    if (document.activeElement === document.body && pathname)
      document.getElementById("main")?.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <div className={styles.shell}>
      <div className={styles.skip}>
        <a href="#main">Skip to content</a>
        <a href="/search">Skip to search</a>
      </div>
      <Navigation onShortcuts={() => setSheetOpen(true)} />
      <div className={styles.column}>
        <OfflineStrip />
        {session.data ? <AccountMenu user={session.data} /> : null}
        <main id="main" className={styles.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {session.data ? (
        <>
          <DropAnywhere />
          <UploadsPill />
        </>
      ) : null}
      <ToastRegion />
      <LiveRegion />
      {isSheetOpen ? <ShortcutSheet onClose={() => setSheetOpen(false)} /> : null}
    </div>
  );
}
