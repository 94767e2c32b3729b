// Every reason and error code in a person's words. One table each; a new code does not compile until it has words.
import type { ErrorCode } from "../../shared/contracts/errors.ts";
import type { FailReason, SkipReason } from "../../shared/contracts/photos.ts";

export interface PlainWords {
  /** What happened, and what is safe. */
  readonly sentence: string;
  /** What the person can do. */
  readonly action: string;
}

export const SKIP_WORDS = {
  unsupported: {
    sentence: "This format is kept safely, but we cannot draw it yet.",
    action: "You can still download the original.",
  },
  "no-thumbnail": {
    sentence: "There is no thumbnail, so there was nothing to look for faces in.",
    action: "Retry the thumbnail first.",
  },
  "no-consent": {
    sentence: "Face recognition is switched off, so this photo was not searched for faces.",
    action: "Turn it on under People, and it will be.",
  },
} as const satisfies Record<SkipReason, PlainWords>;

export const FAIL_WORDS = {
  corrupt: {
    sentence: "The picture data is damaged, so no thumbnail could be made. The original is safe as you sent it.",
    action: "Open it on your computer; if it looks broken there too, export it again and upload that.",
  },
  "too-large": {
    sentence: "This picture has more pixels than we can open. The original is safe.",
    action: "Upload a smaller copy to see it here.",
  },
  "original-missing": {
    sentence: "The original could not be found in storage.",
    action: "Upload this file again.",
  },
  "attempts-exhausted": {
    sentence: "We tried several times and did not succeed. The original is safe.",
    action: "Retry now; these are often passing troubles.",
  },
  internal: {
    sentence: "Something broke on our side. The original is safe.",
    action: "Retry now.",
  },
} as const satisfies Record<FailReason, PlainWords>;

export const ERROR_WORDS = {
  "invalid-request": {
    sentence: "The server did not understand what was sent.",
    action: "Retry, or reload the page to get the newest version.",
  },
  "invalid-cursor": { sentence: "The list changed while you were reading it.", action: "Reload the list." },
  unauthenticated: { sentence: "You are signed out.", action: "Sign in again; everything already sent is safe." },
  forbidden: { sentence: "You are not allowed to do that.", action: "Ask the owner of this library." },
  "cross-site-request": {
    sentence: "The request was refused because it seemed to come from another site.",
    action: "Open Heliograph in its own tab and retry.",
  },
  "sign-in-failed": { sentence: "That did not sign you in.", action: "Try again, or choose another way to sign in." },
  "sign-in-first": {
    sentence: "This link belongs to an account you are not signed in to.",
    action: "Sign in to the account that asked for this, then open the link again.",
  },
  "confirmation-required": { sentence: "This needs a fresh proof that it is you.", action: "Confirm, and it goes on." },
  "account-disabled": { sentence: "An admin has locked this account.", action: "Ask an admin of this installation." },
  "account-closing": { sentence: "This account is being deleted.", action: "Keep the account to use it again." },
  "registration-closed": {
    sentence: "New accounts need an invitation that is still good.",
    action: "Ask an admin for a new one.",
  },
  "email-taken": {
    sentence: "Another account has this address.",
    action: "Use another address, or sign in to that account.",
  },
  "mail-unavailable": { sentence: "This installation cannot send mail.", action: "Sign in another way." },
  "method-disabled": { sentence: "This way to sign in is switched off.", action: "Sign in another way." },
  "last-sign-in-method": {
    sentence: "You could not sign in again without it.",
    action: "Add another way to sign in first.",
  },
  "last-owner": { sentence: "Somebody must own this installation.", action: "Make somebody else an owner first." },
  "limit-reached": { sentence: "There is no room for another one.", action: "Remove one you do not need any more." },
  "too-many-requests": { sentence: "That was too often in a short time.", action: "Wait a little and try again." },
  "quota-exceeded": {
    sentence: "Your storage is full.",
    action: "Delete photos and empty the trash, or ask an admin for more room.",
  },
  "provider-unavailable": {
    sentence: "The sign-in provider did not answer.",
    action: "Try again in a minute, or sign in another way.",
  },
  "provider-refused": {
    sentence: "The sign-in provider's answer was not accepted.",
    action: "Start again, or sign in another way.",
  },
  "identity-taken": {
    sentence: "That account at the provider belongs to another account here.",
    action: "Sign in with it and unlink it there first.",
  },
  "not-found": { sentence: "This is no longer there.", action: "Go back to the gallery." },
  "method-not-allowed": {
    sentence: "The server does not offer this.",
    action: "Reload the page to get the newest version.",
  },
  "already-in-library": { sentence: "Already in your library.", action: "Nothing to do." },
  "idempotency-conflict": {
    sentence: "This upload was mixed up with another one. Nothing was overwritten.",
    action: "Retry, and it gets a fresh place.",
  },
  "not-retryable-state": {
    sentence: "There is nothing to retry: it is already finished or on its way.",
    action: "Nothing to do.",
  },
  "length-required": {
    sentence: "Your browser did not say how long the file is.",
    action: "Retry; if it stays, use another browser.",
  },
  "digest-required": { sentence: "The file's fingerprint was missing.", action: "Retry." },
  "digest-mismatch": {
    sentence: "The file changed, or was damaged on the way. Nothing was stored.",
    action: "Retry to send it again.",
  },
  "size-mismatch": {
    sentence: "The file changed while it was being uploaded. Nothing was stored.",
    action: "Choose the file again.",
  },
  "body-truncated": {
    sentence: "The connection broke before the whole file arrived. Nothing was stored.",
    action: "Retry.",
  },
  "empty-file": { sentence: "The file is empty.", action: "Choose a file with content." },
  "file-too-large": { sentence: "The file is larger than the 100 MB we accept.", action: "Upload a smaller copy." },
  "too-many-pixels": { sentence: "The picture has more pixels than we accept.", action: "Upload a smaller copy." },
  "too-many-files": {
    sentence: "Too many files were announced at once.",
    action: "Retry; they will go in smaller groups.",
  },
  "unsupported-type": {
    sentence: "This is not a picture we can read.",
    action: "Send JPEG, PNG, WebP, GIF, AVIF or HEIC.",
  },
  "range-not-satisfiable": {
    sentence: "The server and your browser disagree about this file's length.",
    action: "Reload the page.",
  },
  "not-ready": { sentence: "It is not ready yet.", action: "Wait a moment and retry." },
  "photo-deleted": { sentence: "This photo is in the trash.", action: "Restore it, or upload it again." },
  "upgrade-required": {
    sentence: "Live updates could not start.",
    action: "Nothing to do; we ask for news regularly instead.",
  },
  "invalid-transform": { sentence: "That combination of options is not possible.", action: "Correct what is marked." },
  unrenderable: { sentence: "This photo cannot be drawn here.", action: "You can still download the original." },
  "render-too-large": { sentence: "The picture would be too large.", action: "Choose a smaller size, or JPEG." },
  "too-many-versions": {
    sentence: "This photo has as many versions as a photo may have.",
    action: "Delete some of them first.",
  },
  "signature-invalid": {
    sentence: "This link was changed on its way.",
    action: "Ask for it again, and copy all of it.",
  },
  "link-expired": { sentence: "This link has ended.", action: "Ask its owner for a new one." },
  "import-refused": {
    sentence: "That address is not one we fetch.",
    action: "Use a public https address of a picture, or upload the file.",
  },
  "import-failed": {
    sentence: "No picture came from that address.",
    action: "Check it in a browser, or upload the file.",
  },
  "upload-locked": { sentence: "This file is already being sent.", action: "It goes on when the other attempt ends." },
  "upload-expired": { sentence: "This upload was interrupted too long ago.", action: "Retry to send the file again." },
  "offset-conflict": { sentence: "The upload lost its place.", action: "Retry; it goes on where it stopped." },
  "part-size-unequal": { sentence: "A piece of the file had the wrong size.", action: "Retry to send the file again." },
  "checksum-mismatch": {
    sentence: "A piece of the file was damaged on its way.",
    action: "Retry; it goes on where it stopped.",
  },
  "tus-version": { sentence: "This program is too old for this server.", action: "Reload the page." },
  "recognition-off": { sentence: "Face recognition is off.", action: "Turn it on under People." },
  "recognition-unavailable": {
    sentence: "This installation cannot recognise faces.",
    action: "The operator can allow it and install the models.",
  },
  "face-data-deleting": {
    sentence: "The face data of before is still being deleted.",
    action: "Try again in a few seconds.",
  },
  "nothing-to-undo": { sentence: "There is nothing to undo.", action: "Look at the history." },
  "storage-unavailable": { sentence: "Storage did not answer. Nothing was lost.", action: "Retry in a few seconds." },
  misconfigured: {
    sentence: "The server is not set up correctly.",
    action: "The operator finds the cause in the log.",
  },
  internal: { sentence: "Something broke on our side. Nothing was lost.", action: "Retry." },
} as const satisfies Record<ErrorCode, PlainWords>;

/** Causes that arise in the browser, before or instead of an answer. */
export const LOCAL_CAUSES = ["file-unreadable", "gave-up"] as const;
export type LocalCause = (typeof LOCAL_CAUSES)[number];

export const LOCAL_WORDS = {
  "file-unreadable": {
    sentence: "Your browser can no longer read this file: it was moved, changed or deleted.",
    action: "Choose the file again.",
  },
  "gave-up": {
    sentence: "Sending failed many times in a row. Nothing was lost.",
    action: "Retry when the connection is better.",
  },
} as const satisfies Record<LocalCause, PlainWords>;

export type Cause = ErrorCode | FailReason | LocalCause;

/** `internal` exists as an error and as a stage's reason; a stage's words also say that the original is safe. */
export function wordsFor(cause: Cause, source: "stage" | "send"): PlainWords {
  if (source === "stage" && cause in FAIL_WORDS) return FAIL_WORDS[cause as FailReason];
  if (cause in LOCAL_WORDS) return LOCAL_WORDS[cause as LocalCause];
  return ERROR_WORDS[cause as ErrorCode] ?? ERROR_WORDS.internal;
}
