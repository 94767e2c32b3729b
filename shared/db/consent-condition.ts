// Consent as SQL: the condition every statement about faces carries, so that no process can outrun a withdrawal.
import { FaceConsentState, type FaceRecognitionDefault, mayRecognise } from "../contracts/consent.ts";

/** True for a row of `users` whose faces may be recognised. The states are literals of ours, never anybody's words. */
export function mayRecogniseSql(preset: FaceRecognitionDefault): string {
  const states = FaceConsentState.options.filter((state) => mayRecognise(state, preset));
  return `users.face_consent IN (${states.map((state) => `'${state}'`).join(", ")})`;
}
