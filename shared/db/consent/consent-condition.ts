// Consent as SQL: the condition every statement about faces carries, so that no process can outrun a withdrawal.
import { FaceConsentState, type FaceRecognitionDefault, mayRecognise, mustForget } from "../../contracts/consent.ts";

/** True for a row of `users` whose faces may be recognised. */
export function mayRecogniseSql(preset: FaceRecognitionDefault): string {
  return isOneOf(FaceConsentState.options.filter((state) => mayRecognise(state, preset)));
}

/** True for a row of `users` of whom no face data may be kept. */
export function mustForgetSql(preset: FaceRecognitionDefault): string {
  return isOneOf(FaceConsentState.options.filter((state) => mustForget(state, preset)));
}

/**
 * The states are literals of ours, never anybody's words. An empty list is false in SQLite. In brackets, because it is also
 * counted with, and + binds tighter than IN.
 */
function isOneOf(states: readonly FaceConsentState[]): string {
  return `(users.face_consent IN (${states.map((state) => `'${state}'`).join(", ")}))`;
}
