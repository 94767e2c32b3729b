// The three public views of progress of every user: the list recounted, the hub polled, the socket's last state.
import { type Counts, countLibrary, countsText, listLibrary, poll } from "../client/compare-library.ts";
import type { LiveView } from "../client/live-view.ts";
import { type Account, type Patience, sleep } from "../client/patient-requests.ts";
import type { UploadLedger } from "../client/upload-photos.ts";

export interface ViewFindings {
  /** What the hub said at the end, per user; for comparison with D1. */
  readonly polled: readonly Counts[];
  /** Views that still disagreed when patience ended, in words. */
  readonly viewDifferences: readonly string[];
  /** Frames that took progress back, over all sockets. */
  readonly backwards: number;
}

/** Somebody who uploaded, with an open window. */
export interface Uploader {
  readonly account: Account;
  readonly view: LiveView;
  readonly ledger: UploadLedger;
}

/** Waits until every view of every user says the same; at the deadline, says which do not. */
export async function settleViews(people: readonly Uploader[], patience: Patience): Promise<ViewFindings> {
  for (;;) {
    const polled: Counts[] = [];
    const viewDifferences: string[] = [];
    for (const [n, { account, view, ledger }] of people.entries()) {
      const snapshot = await poll(account, patience);
      const listed = await listLibrary(account, patience);
      const texts = {
        list: countsText(countLibrary(listed, ledger.acknowledged.size)),
        poll: countsText(snapshot),
        socket: countsText(view.counters),
      };
      polled.push(snapshot);
      if (new Set(Object.values(texts)).size > 1) viewDifferences.push(`user ${n}: ${JSON.stringify(texts)}`);
    }
    if (viewDifferences.length === 0 || Date.now() > patience.deadline) {
      return { polled, viewDifferences, backwards: people.reduce((total, { view }) => total + view.backwards, 0) };
    }
    await sleep(500);
  }
}
