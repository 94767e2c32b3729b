// Telling the progress hub. The hub is derived state: a lost report is healed by its reconcile, so it never fails a stage.
import type { UserId } from "../contracts/ids.ts";
import type { HubReport, ProgressSnapshot } from "../contracts/progress.ts";
import { type PhotoRow, toReport } from "../db/photos/photo-row.ts";
import { errorText, log } from "./log.ts";

/** What the per-user hub answers by RPC; the Durable Object implements it. */
export interface ProgressHubRpc {
  report(report: HubReport): Promise<void>;
  /** `waitSeconds` > 0 with a `since` equal to the current seq waits for a change. */
  snapshot(
    userId: string,
    view: { batchId: string | null; since: number | null; waitSeconds: number },
  ): Promise<ProgressSnapshot | null>;
  reconcile(userId: string, since: number): Promise<void>;
  /** `hash` is the ticket's SHA-256. Answers when it expires (ms); null when too many are unused, or the session has ended. */
  issueTicket(ticket: { hash: string; sessionId: string; origin: string }): Promise<number | null>;
  /** Closes the sockets of sessions, keys and grants that ended. May be told again. */
  closeSockets(credentialIds: readonly string[]): Promise<void>;
  /** The account is deleted: everything kept for it goes, and its sockets close. */
  erase(): Promise<void>;
}

export interface ProgressReporter {
  report(report: HubReport): Promise<void>;
}

/** Objects are named on the server, from the authenticated user. */
export function hubName(userId: string): string {
  return `u:${userId}`;
}

/** The slice of a Durable Object namespace this needs; typed so because the class lives in another Worker's script. */
export interface HubNamespace {
  getByName(name: string): ProgressHubRpc & { fetch(request: Request): Promise<Response> };
}

export function progressReporter(hubs: HubNamespace): ProgressReporter {
  return {
    async report(report) {
      if (report.photos.length === 0 && report.batches.length === 0) return;
      try {
        await hubs.getByName(hubName(report.userId)).report(report);
      } catch (cause) {
        log("warn", "progress-report-lost", { user: report.userId, cause: errorText(cause) });
      }
    },
  };
}

/** Tells the owner's hub what a photo has become. */
export function reportPhoto(progress: ProgressReporter, row: PhotoRow): Promise<void> {
  return progress.report({ userId: row.userId as UserId, photos: [toReport(row)], batches: [] });
}
