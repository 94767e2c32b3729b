// The frame around every page: skip links, navigation, drop anywhere, messages, keyboard.
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { isAdmin, useSession } from "../../queries/session.ts";
import { LiveRegion } from "../../ui/live-region.tsx";
import { ToastRegion } from "../../ui/toasts.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { ClosingBanner } from "./closing-banner.tsx";
import { ConfirmGate } from "./confirm-gate.tsx";
import { DropAnywhere } from "./drop-anywhere.tsx";
import { Navigation } from "./navigation.tsx";
import { OfflineStrip } from "./offline-strip.tsx";
import styles from "./shell.module.css";
import { ShortcutSheet } from "./shortcut-sheet.tsx";
import { UploadsPill } from "./uploads-pill.tsx";
import { useProblemInAddress } from "./use-problem-in-address.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { useUploadsInBackground } from "./use-uploads-in-background.ts";

export function Shell() {
  const [isSheetOpen, setSheetOpen] = useState(false);
  const session = useSession();
  const { pathname } = useLocation();
  useProblemInAddress(pathname === "/login");
  useShortcuts(() => setSheetOpen(true));
  useUploadsInBackground(session.data?.sub ?? null);

  const shownPath = useRef(pathname);
  useEffect(() => {
    // The router swaps pages without a document load: whoever's focus went with the old page starts at the new one.
    if (shownPath.current === pathname) return;
    shownPath.current = pathname;
    if (document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <div className={styles.shell}>
      <nav className={styles.skip} aria-label="Skip">
        <a href="#main">{pathname === "/gallery" ? "Skip to photos" : "Skip to content"}</a>
        <Link to="/search">Skip to search</Link>
      </nav>
      <Navigation showsAdmin={session.data ? isAdmin(session.data) : false} onShortcuts={() => setSheetOpen(true)} />
      <div className={styles.column}>
        <OfflineStrip />
        <div className={styles.content}>
          {session.data ? <AccountMenu user={session.data} /> : null}
          {session.data?.status === "closing" ? <ClosingBanner user={session.data} /> : null}
          <main id="main" className={styles.main} tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
      {session.data?.status === "closing" ? null : <DropAnywhere isSignedIn={session.data != null} />}
      {session.data ? <UploadsPill /> : null}
      <ConfirmGate />
      <ToastRegion />
      <LiveRegion />
      {isSheetOpen ? <ShortcutSheet onClose={() => setSheetOpen(false)} /> : null}
    </div>
  );
}
