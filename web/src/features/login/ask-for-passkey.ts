// Asking the browser for a passkey or for a new one, and its refusals in words.
import { startAuthentication, startRegistration } from "@simplewebauthn/browser";
import type { z } from "zod";
import type { WebAuthnOptions } from "../../../../shared/contracts/sign-in.ts";

/** As the server sent them; their insides are the library's on both ends. */
type Options = z.infer<typeof WebAuthnOptions>;
type RequestOptions = Parameters<typeof startAuthentication>[0]["optionsJSON"];
type CreationOptions = Parameters<typeof startRegistration>[0]["optionsJSON"];

/** `isQuiet`: offered among the suggestions of the address field; no window opens. */
export function askForPasskey(options: Options, isQuiet = false): Promise<object> {
  return startAuthentication({ optionsJSON: options as unknown as RequestOptions, useBrowserAutofill: isQuiet });
}

export function makePasskey(options: Options): Promise<object> {
  return startRegistration({ optionsJSON: options as unknown as CreationOptions });
}

/** What the browser's refusal means; null for a failure that is not the browser's. */
export function sayPasskeyProblem(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  switch (error.name) {
    case "NotAllowedError":
      return "No passkey was used: it was cancelled, took too long, or there is none on this device.";
    case "InvalidStateError":
      return "This device already has a passkey for your account.";
    case "NotSupportedError":
    case "SecurityError":
      return "This browser cannot use passkeys on this address.";
    case "AbortError":
      return "Another request for a passkey took its place.";
    default:
      return null;
  }
}
