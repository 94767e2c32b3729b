// Every failure a client can see: one closed list, one table to HTTP (RFC 9457), one error class.
import { z } from "zod";

export const ErrorCode = z.enum([
  "invalid-request",
  "invalid-cursor",
  "unauthenticated",
  "forbidden",
  "cross-site-request",
  "sign-in-failed",
  "sign-in-first",
  "confirmation-required",
  "account-disabled",
  "account-closing",
  "registration-closed",
  "email-taken",
  "mail-unavailable",
  "method-disabled",
  "last-sign-in-method",
  "last-owner",
  "limit-reached",
  "too-many-requests",
  "quota-exceeded",
  "provider-unavailable",
  "provider-refused",
  "identity-taken",
  "not-found",
  "method-not-allowed",
  "already-in-library",
  "idempotency-conflict",
  "not-retryable-state",
  "length-required",
  "digest-required",
  "digest-mismatch",
  "size-mismatch",
  "body-truncated",
  "empty-file",
  "file-too-large",
  "too-many-pixels",
  "too-many-files",
  "unsupported-type",
  "range-not-satisfiable",
  "not-ready",
  "photo-deleted",
  "upgrade-required",
  "invalid-transform",
  "unrenderable",
  "render-too-large",
  "too-many-versions",
  "signature-invalid",
  "link-expired",
  "import-refused",
  "import-failed",
  "upload-locked",
  "upload-expired",
  "offset-conflict",
  "part-size-unequal",
  "checksum-mismatch",
  "tus-version",
  "recognition-off",
  "recognition-unavailable",
  "face-data-deleting",
  "nothing-to-undo",
  "storage-unavailable",
  "misconfigured",
  "internal",
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

export interface ProblemFacts {
  readonly status: number;
  readonly title: string;
  /** True when the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** One sentence: what the caller can do. */
  readonly fix: string;
}

/** What each code means on the wire. Adding a code is a contract change: see CHANGELOG. */
export const PROBLEM_BY_CODE = {
  "invalid-request": {
    status: 400,
    title: "The request is not valid",
    retryable: false,
    fix: "Correct the fields listed in errors and send it again.",
  },
  "invalid-cursor": {
    status: 400,
    title: "The cursor is not valid",
    retryable: false,
    fix: "Start again without a cursor; cursors are opaque and belong to one listing.",
  },
  unauthenticated: {
    status: 401,
    title: "Sign in first",
    retryable: false,
    fix: "Sign in, or send Authorization: Bearer with a valid API key or access token.",
  },
  forbidden: {
    status: 403,
    title: "That is not allowed",
    retryable: false,
    fix: "Use a credential that has the scope or role this route needs.",
  },
  "cross-site-request": {
    status: 403,
    title: "The request came from another site",
    retryable: false,
    fix: "Call the API from its own origin, or with an API key.",
  },
  "sign-in-failed": {
    status: 401,
    title: "That did not sign you in",
    retryable: false,
    fix: "Try again, or choose another way to sign in.",
  },
  "sign-in-first": {
    status: 403,
    title: "This link is for somebody who is signed in",
    retryable: false,
    fix: "Sign in to the account that asked for this, then open the link again.",
  },
  "confirmation-required": {
    status: 403,
    title: "Confirm that it is you",
    retryable: false,
    fix: "Prove who you are again (passkey, password, or sign in anew), then send it again.",
  },
  "account-disabled": {
    status: 403,
    title: "This account is locked",
    retryable: false,
    fix: "Ask an admin of this installation.",
  },
  "account-closing": {
    status: 403,
    title: "This account is being deleted",
    retryable: false,
    fix: "Keep the account (POST /api/v1/account/keep) to use it again.",
  },
  "registration-closed": {
    status: 403,
    title: "New accounts need an invitation",
    retryable: false,
    fix: "Ask an admin for an invitation; one that was used, revoked or is too old opens nothing.",
  },
  "email-taken": {
    status: 409,
    title: "Another account has this address",
    retryable: false,
    fix: "Use another address, or sign in to that account.",
  },
  "mail-unavailable": {
    status: 503,
    title: "This installation cannot send mail",
    retryable: false,
    fix: "Sign in another way; an admin can set up mail.",
  },
  "method-disabled": {
    status: 403,
    title: "This way to sign in is switched off",
    retryable: false,
    fix: "Sign in another way; an admin can allow it.",
  },
  "last-sign-in-method": {
    status: 409,
    title: "You could not sign in again",
    retryable: false,
    fix: "Add another passkey, verify an address, or link a provider first.",
  },
  "last-owner": {
    status: 409,
    title: "Somebody must own this installation",
    retryable: false,
    fix: "Make somebody else an owner first.",
  },
  "limit-reached": {
    status: 409,
    title: "There is no room for another one",
    retryable: false,
    fix: "Remove one that is not needed any more.",
  },
  "too-many-requests": {
    status: 429,
    title: "Too many attempts",
    retryable: true,
    fix: "Wait as long as Retry-After says.",
  },
  "quota-exceeded": {
    status: 413,
    title: "Your storage is full",
    retryable: false,
    fix: "Delete photos and empty the trash, or ask an admin for more room.",
  },
  "provider-unavailable": {
    status: 503,
    title: "The sign-in provider did not answer",
    retryable: true,
    fix: "Try again in a minute, or sign in another way.",
  },
  "provider-refused": {
    status: 403,
    title: "The sign-in provider's answer was not accepted",
    retryable: false,
    fix: "Start again; if it stays, an admin finds the cause in the log under this trace id.",
  },
  "identity-taken": {
    status: 409,
    title: "That account at the provider belongs to another account here",
    retryable: false,
    fix: "Sign in with it, unlink it there, and link it here.",
  },
  "not-found": { status: 404, title: "There is nothing here", retryable: false, fix: "Check the id and the path." },
  "method-not-allowed": {
    status: 405,
    title: "The method is not allowed here",
    retryable: false,
    fix: "See the Allow header.",
  },
  "already-in-library": {
    status: 409,
    title: "These bytes are already in your library",
    retryable: false,
    fix: "Use the photo named in detail.",
  },
  "idempotency-conflict": {
    status: 409,
    title: "The same key was used for something else",
    retryable: false,
    fix: "Use a new Idempotency-Key or photo id for different bytes.",
  },
  "not-retryable-state": {
    status: 409,
    title: "There is nothing to retry",
    retryable: false,
    fix: "Only a failed photo can be retried.",
  },
  "length-required": {
    status: 411,
    title: "Content-Length is missing",
    retryable: false,
    fix: "Send the body with a Content-Length, not chunked.",
  },
  "digest-required": {
    status: 400,
    title: "The SHA-256 of the bytes is missing",
    retryable: false,
    fix: "Send Content-Digest: sha-256=:BASE64:, or name sha256 in the manifest.",
  },
  "digest-mismatch": {
    status: 422,
    title: "The bytes do not match their digest",
    retryable: true,
    fix: "Send the file again; nothing was stored.",
  },
  "size-mismatch": {
    status: 409,
    title: "The length differs from the manifest",
    retryable: false,
    fix: "Send exactly the file that the manifest named, or a new manifest.",
  },
  "body-truncated": {
    status: 400,
    title: "The body ended early",
    retryable: true,
    fix: "Send the file again; nothing was stored.",
  },
  "empty-file": { status: 400, title: "The file is empty", retryable: false, fix: "Choose a file with content." },
  "file-too-large": {
    status: 413,
    title: "The file is too large",
    retryable: false,
    fix: "Send a file of at most the size named in detail.",
  },
  "too-many-pixels": {
    status: 422,
    title: "The image has too many pixels",
    retryable: false,
    fix: "Scale the image down below the limit named in detail.",
  },
  "too-many-files": {
    status: 413,
    title: "Too many files in one manifest",
    retryable: false,
    fix: "Split the manifest; call again with the same clientBatchId to extend the batch.",
  },
  "unsupported-type": {
    status: 415,
    title: "That is not an image we can read",
    retryable: false,
    fix: "Send JPEG, PNG, WebP, GIF, AVIF or HEIC.",
  },
  "range-not-satisfiable": {
    status: 416,
    title: "The range is outside the file",
    retryable: false,
    fix: "Ask for a range inside the length named by Content-Range.",
  },
  "not-ready": {
    status: 409,
    title: "That is not ready yet",
    retryable: true,
    fix: "Wait for the photo's thumbnail stage to be done, then ask again.",
  },
  "photo-deleted": {
    status: 410,
    title: "The photo was deleted",
    retryable: false,
    fix: "Restore it within 30 days, or upload it again in a new batch.",
  },
  "upgrade-required": {
    status: 426,
    title: "This route speaks WebSocket",
    retryable: false,
    fix: "Connect with a WebSocket client, or poll GET /api/v1/progress.",
  },
  "invalid-transform": {
    status: 400,
    title: "That is not a transform",
    retryable: false,
    fix: "Correct the options listed in errors; GET /docs lists them all.",
  },
  unrenderable: {
    status: 422,
    title: "This photo cannot be drawn",
    retryable: false,
    fix: "Download the original, or upload the picture in another format.",
  },
  "render-too-large": {
    status: 400,
    title: "The picture asked for is too large",
    retryable: false,
    fix: "Ask for a smaller size, or for JPEG.",
  },
  "too-many-versions": {
    status: 409,
    title: "This photo has as many versions as a photo may have",
    retryable: false,
    fix: "Delete versions you no longer need.",
  },
  "signature-invalid": {
    status: 403,
    title: "The address is not signed for this",
    retryable: false,
    fix: "Use the signed address exactly as it was made, or have a new one made.",
  },
  "link-expired": {
    status: 410,
    title: "This link has ended",
    retryable: false,
    fix: "Ask its owner for a new one.",
  },
  "import-refused": {
    status: 422,
    title: "That address is not fetched",
    retryable: false,
    fix: "Use a public https address of a picture, or upload the file itself.",
  },
  "import-failed": {
    status: 422,
    title: "No picture came from that address",
    retryable: true,
    fix: "Check that the address opens a picture in a browser, or upload the file itself.",
  },
  "upload-locked": {
    status: 423,
    title: "This upload is being written to",
    retryable: true,
    fix: "Wait until the other request has ended, ask for the offset (HEAD), and go on from there.",
  },
  "upload-expired": {
    status: 410,
    title: "This upload is over",
    retryable: false,
    fix: "Create a new upload and send the file again.",
  },
  "offset-conflict": {
    status: 409,
    title: "The offset is not where the upload stands",
    retryable: true,
    fix: "Ask for the offset (HEAD) and go on from there.",
  },
  "part-size-unequal": {
    status: 409,
    title: "The chunk has the wrong size",
    retryable: false,
    fix: "Send chunks of 8 MiB (8,388,608 bytes); only the last may be shorter.",
  },
  "checksum-mismatch": {
    status: 460,
    title: "The bytes do not match their checksum",
    retryable: true,
    fix: "Send the chunk again; nothing of it was kept.",
  },
  "tus-version": {
    status: 412,
    title: "Another version of the protocol",
    retryable: false,
    fix: "Send Tus-Resumable: 1.0.0.",
  },
  "recognition-off": {
    status: 409,
    title: "Face recognition is off",
    retryable: false,
    fix: "Turn face recognition on under People (PUT /api/v1/consent/faces), then try again.",
  },
  "recognition-unavailable": {
    status: 409,
    title: "This installation cannot recognise faces",
    retryable: false,
    fix: "Ask the operator to allow face recognition and to install the models (npm run models).",
  },
  "face-data-deleting": {
    status: 409,
    title: "Earlier face data is still being deleted",
    retryable: true,
    fix: "Ask again in a few seconds; GET /api/v1/consent/faces says when the deletion is through.",
  },
  "nothing-to-undo": {
    status: 409,
    title: "There is nothing to undo",
    retryable: false,
    fix: "Look at GET /api/v1/people/history for what can still be undone.",
  },
  "storage-unavailable": {
    status: 503,
    title: "Storage did not answer",
    retryable: true,
    fix: "Send the same request again in a few seconds; it is safe to repeat.",
  },
  misconfigured: {
    status: 503,
    title: "The service is not set up correctly",
    retryable: true,
    fix: "The operator finds the cause in the log under this trace id.",
  },
  internal: {
    status: 500,
    title: "Something broke on our side",
    retryable: true,
    fix: "Try again; if it stays, report the trace id.",
  },
} as const satisfies Record<ErrorCode, ProblemFacts>;

/** The facts of a code with plain types; the table's own literal types are for exhaustiveness only. */
export function problemFacts(code: ErrorCode): ProblemFacts {
  return PROBLEM_BY_CODE[code];
}

/** RFC 9457 problem details with our stable code. `detail` is safe to show; private facts go to the log. */
export const Problem = z
  .object({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    code: ErrorCode,
    detail: z.string(),
    retryable: z.boolean(),
    fix: z.string(),
    instance: z.string(),
    trace_id: z.string(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;

/** A problem inside a larger answer (a rejected file of a manifest). */
export const InlineProblem = Problem.pick({ code: true, title: true, detail: true, retryable: true, fix: true }).meta({
  id: "InlineProblem",
});
export type InlineProblem = z.infer<typeof InlineProblem>;

export function inlineProblem(code: ErrorCode, detail: string): InlineProblem {
  const { title, retryable, fix } = PROBLEM_BY_CODE[code];
  return { code, title, detail, retryable, fix };
}

/** The one error the application throws on purpose. `detail` is public; `facts` are logged, never sent. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly detail: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly errors: Problem["errors"];
  /** Extra response headers the code demands (Allow, Content-Range, Retry-After). */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    detail: string,
    more: {
      facts?: Record<string, unknown>;
      errors?: Problem["errors"];
      headers?: Record<string, string>;
      cause?: unknown;
    } = {},
  ) {
    super(`${code}: ${detail}`, { cause: more.cause });
    this.code = code;
    this.detail = detail;
    this.facts = more.facts ?? {};
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}
