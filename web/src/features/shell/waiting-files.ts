// Files dropped before anybody was signed in. They wait in this tab, also while it is away at a sign-in provider.
import { type IDBPDatabase, openDB } from "idb";
import type { Collected } from "../upload/collect-files.ts";

interface Kept {
  readonly tab: string;
  readonly at: number;
  readonly collected: Collected;
}

/** What the tab is known by while it is away; nobody who opens a tab of their own finds these files. */
const TAB_KEY = "heliograph-waiting";
/** Age (ms) at which nobody is coming back. */
const KEPT_MS = 60 * 60_000;

let waiting: Collected[] = [];

const open = () =>
  openDB("heliograph-waiting", 1, {
    upgrade: (fresh) => void fresh.createObjectStore("files", { autoIncrement: true }),
  });

export async function keepWaiting(collected: Collected): Promise<void> {
  waiting.push(collected);
  let tab = sessionStorage.getItem(TAB_KEY);
  if (tab === null) {
    tab = crypto.randomUUID();
    sessionStorage.setItem(TAB_KEY, tab);
  }
  try {
    const db = await open();
    await db.add("files", { tab, at: Date.now(), collected } satisfies Kept);
    db.close();
  } catch {
    // No room on disk, or a private window: they still wait in memory, which is enough unless the page is left.
  }
}

/** Answers them once. */
export async function takeWaiting(): Promise<readonly Collected[]> {
  const tab = sessionStorage.getItem(TAB_KEY);
  if (tab === null) return [];
  sessionStorage.removeItem(TAB_KEY);
  const inMemory = waiting;
  waiting = [];
  try {
    const db = await open();
    const onDisk = await takeFrom(db, tab);
    db.close();
    return inMemory.length > 0 ? inMemory : onDisk;
  } catch {
    return inMemory;
  }
}

async function takeFrom(db: IDBPDatabase, tab: string): Promise<readonly Collected[]> {
  const tx = db.transaction("files", "readwrite");
  const mine: Collected[] = [];
  for await (const cursor of tx.store) {
    const kept = cursor.value as Kept;
    if (kept.tab === tab) mine.push(kept.collected);
    if (kept.tab === tab || kept.at < Date.now() - KEPT_MS) await cursor.delete();
  }
  await tx.done;
  return mine;
}
