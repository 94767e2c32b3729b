// Whether a user's faces may be recognised: the record of it, what is stored because of it, and what an operator presets.
import { z } from "zod";

/** Version of the sentence people agree to. A new sentence is a new version, and is asked again. */
export const FACE_CONSENT_VERSION = 1;

/** What an installation presets: ask every user, recognise unless a user says no, or never recognise. */
export const FaceRecognitionDefault = z.enum(["ask", "on", "off"]);
export type FaceRecognitionDefault = z.infer<typeof FaceRecognitionDefault>;

export const FaceConsentState = z.enum(["unset", "granted", "withdrawn"]);
export type FaceConsentState = z.infer<typeof FaceConsentState>;

/** True when faces may be recognised: the user's word, or the operator's while the user has not spoken. */
export function mayRecognise(state: FaceConsentState, preset: FaceRecognitionDefault): boolean {
  if (preset === "off") return false;
  return state === "granted" || (state === "unset" && preset === "on");
}

/**
 * True when no face data of the user may be kept. An installation that is switched off keeps what a user agreed to, unused, so
 * that it can be switched on again; what nobody agreed to goes.
 */
export function mustForget(state: FaceConsentState, preset: FaceRecognitionDefault): boolean {
  return state !== "granted" && !mayRecognise(state, preset);
}

export const FaceConsent = z
  .object({
    state: FaceConsentState,
    /** Recognition is on for this user. */
    effective: z.boolean(),
    preset: FaceRecognitionDefault,
    /** The sentence's current version: send it back when granting. */
    version: z.int().min(1),
    /** The user has not been asked: show the sentence and its button once. */
    ask: z.boolean(),
    decidedAt: z.string().nullable(),
    /** Recognition-grade models are installed; without them faces are neither found nor compared. */
    recognition: z.boolean(),
    /** What is kept because recognition is on, all of it deleted by a withdrawal. */
    stored: z.object({ faces: z.int(), people: z.int(), vectors: z.int() }),
    /** Photos waiting for a yes (index skipped with "no-consent"). */
    photosWaiting: z.int(),
    /** Photos being indexed, or indexed again by a new model, right now. */
    photosIndexing: z.int(),
    /** A withdrawal has been accepted and is still deleting. */
    isDeleting: z.boolean(),
  })
  .meta({ id: "FaceConsent" });
export type FaceConsent = z.infer<typeof FaceConsent>;

export const PutFaceConsent = z
  .discriminatedUnion("granted", [
    z.strictObject({ granted: z.literal(true), version: z.int().min(1) }),
    z.strictObject({ granted: z.literal(false) }),
  ])
  .meta({ id: "PutFaceConsent" });
export type PutFaceConsent = z.infer<typeof PutFaceConsent>;
