// Keeps uploads going on every page. The engine's code is fetched once somebody is signed in and the page is idle.
import { useEffect, useSyncExternalStore } from "react";
import { sayPercent } from "../../say.ts";
import { setTabActivity } from "../../ui/tab-title.ts";
import type { ServerFacts } from "../upload/batch-summary.ts";
import type { Collected } from "../upload/collect-files.ts";
import { keepWaiting, takeWaiting } from "./waiting-files.ts";

const loadClient = () => import("../upload/upload-client.ts");
const loadSummary = () => import("../upload/batch-summary.ts");

let ownUserId: string | null = null;
/** Share of the current batches' files that is safe, null when nothing is being sent. */
let sending: number | null = null;
const listeners = new Set<() => void>();

function setSending(part01: number | null): void {
  if (sending === part01) return;
  sending = part01;
  setTabActivity(part01 === null ? null : `${sayPercent(part01)} · Uploading`);
  for (const listener of listeners) listener();
}

/** For whoever shows that an upload goes on (0–1), null when none does. */
export function useSendingShare(): number | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => sending,
  );
}

export async function handFiles(collected: Collected): Promise<void> {
  if (ownUserId === null) {
    await keepWaiting(collected);
    return;
  }
  const client = await loadClient();
  client.startUploads(ownUserId);
  client.addFiles(collected);
}

/** For a sign-out: nothing is sent any more, and leaving needs no warning. */
export async function endUploads(): Promise<void> {
  ownUserId = null;
  window.removeEventListener("beforeunload", warnBeforeLeaving);
  (await loadedClient)?.stopUploads();
}

function warnBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

export function useUploadsInBackground(userId: string | null): void {
  useEffect(() => {
    ownUserId = userId;
    let isOver = false;
    let stop: (() => void) | undefined;
    if (userId === null) {
      void loadedClient?.then((client) => client.stopUploads());
      setSending(null);
      return;
    }
    const start = async () => {
      loadedClient ??= loadClient();
      const [client, { summarise }] = await Promise.all([loadedClient, loadSummary()]);
      if (isOver) return;
      client.startUploads(userId);
      for (const collected of await takeWaiting()) client.addFiles(collected);
      stop = client.watchUploads(({ batches }) => {
        let [total, safe, isSending] = [0, 0, false];
        for (const { rows, meta } of batches) {
          const summary = summarise(rows, meta.state, NO_WORDS);
          if (!summary.isSending) continue;
          isSending = true;
          total += summary.total;
          safe += summary.sentShare01 * summary.total;
        }
        setSending(isSending ? Math.floor((safe / total) * 100) / 100 : null);
        if (isSending) window.addEventListener("beforeunload", warnBeforeLeaving);
        else window.removeEventListener("beforeunload", warnBeforeLeaving);
      });
    };
    const idle = setTimeout(() => void start(), IDLE_MS);
    return () => {
      isOver = true;
      clearTimeout(idle);
      stop?.();
      window.removeEventListener("beforeunload", warnBeforeLeaving);
    };
  }, [userId]);
}

const NO_WORDS: ReadonlyMap<string, ServerFacts> = new Map();
/** After the first paint; an unfinished upload then continues by itself. */
const IDLE_MS = 300;
let loadedClient: ReturnType<typeof loadClient> | null = null;
