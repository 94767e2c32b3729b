// The ways in: passkey, link by mail, password, provider, invitation. What a browser sends and gets; never a token.
import { z } from "zod";
import { Role } from "./auth.ts";
import { ErrorCode } from "./errors.ts";
import {
  EMAIL_MAX_CHARS,
  PASSKEY_NAME_MAX_CHARS,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
  USER_NAME_MAX_CHARS,
} from "./limits.ts";

/** An address as typed; compared in lower case. */
export const Email = z
  .string()
  .trim()
  .max(EMAIL_MAX_CHARS)
  .toLowerCase()
  .pipe(z.email({ error: "is not an e-mail address" }));

/** Control and bidirectional-override characters would let a name pose as another. */
export const shownName = (maxChars: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxChars)
    .regex(/^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u, "has characters that cannot be shown");
export const UserName = shownName(USER_NAME_MAX_CHARS);

export const Password = z.string().min(PASSWORD_MIN_CHARS).max(PASSWORD_MAX_CHARS);

/** `GET /auth/methods`: what the sign-in page offers. Public. */
export const SignInMethods = z
  .object({
    passkey: z.boolean(),
    /** False where the installation cannot send mail. */
    email: z.boolean(),
    password: z.boolean(),
    providers: z.array(z.object({ id: z.string(), name: z.string(), startUrl: z.string() })),
    /** open: anybody may register · invited: with an invitation · closed. */
    registration: z.enum(["open", "invited", "closed"]),
    /** Nobody owns this installation yet: the sign-in link is in the terminal. */
    isUnclaimed: z.boolean(),
  })
  .meta({ id: "SignInMethods" });
export type SignInMethods = z.infer<typeof SignInMethods>;

const token = z.string().min(20).max(200);

/** `POST /auth/email`: always 202, whoever asks. */
export const RequestEmailLink = z
  .object({ email: Email, to: z.string().max(500).optional() })
  .meta({ id: "RequestEmailLink" });
export type RequestEmailLink = z.infer<typeof RequestEmailLink>;

/** The same answer whoever asks: to `POST /auth/email`, and to `POST /auth/register` by address. */
export const LinkMailed = z.object({ expiresInSeconds: z.int() }).meta({ id: "LinkMailed" });

/**
 * `POST /auth/link`: spends a one-time link. `setup` and `sign-in` begin a session, so does `register`, which makes the account;
 * `verify` proves an address, in a session of the account that asked, and signs nobody in.
 */
export const SpendLink = z.object({ token }).meta({ id: "SpendLink" });

/** `POST /auth/login`. */
export const PasswordSignIn = z
  .object({ email: Email, password: z.string().min(1).max(PASSWORD_MAX_CHARS) })
  .meta({ id: "PasswordSignIn" });
export type PasswordSignIn = z.infer<typeof PasswordSignIn>;

/** What follows a sign-in. The session is in the cookie. */
export const SignedIn = z
  .object({ needsSignInMethod: z.boolean(), status: z.enum(["active", "closing"]) })
  .meta({ id: "SignedIn" });
export type SignedIn = z.infer<typeof SignedIn>;

export const LinkOpened = SignedIn.extend({
  purpose: z.enum(["setup", "sign-in", "verify", "register"]),
}).meta({ id: "LinkOpened" });
export type LinkOpened = z.infer<typeof LinkOpened>;

/** `GET /auth/invitations/{token}` is a POST, so that no token is in a log: `POST /auth/invitation`. */
export const InvitationToken = z.object({ token }).meta({ id: "InvitationToken" });
export const InvitationInfo = z
  .object({
    invitedBy: z.string(),
    email: z.string().nullable(),
    role: Role.exclude(["owner"]),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "InvitationInfo" });
export type InvitationInfo = z.infer<typeof InvitationInfo>;

/** `POST /auth/register`: an account, by invitation or, where registration is open, by address. Begins a session for the former. */
export const Register = z
  .object({ name: UserName, email: Email.optional(), invitation: token.optional() })
  .meta({ id: "Register" });
export type Register = z.infer<typeof Register>;

/** WebAuthn's own JSON, produced and read by @simplewebauthn on both ends; its insides are that library's to check. */
export const WebAuthnOptions = z.looseObject({ challenge: z.string() }).meta({ id: "WebAuthnOptions" });
export type WebAuthnOptions = z.infer<typeof WebAuthnOptions>;
export const WebAuthnResponse = z
  .looseObject({
    id: z.string().max(2000),
    rawId: z.string().max(2000),
    type: z.literal("public-key"),
    response: z.looseObject({ clientDataJSON: z.string().max(20_000) }),
    clientExtensionResults: z.looseObject({}),
  })
  .meta({ id: "WebAuthnResponse" });
export type WebAuthnResponse = z.infer<typeof WebAuthnResponse>;

/** `POST /auth/passkeys`: adds the passkey the browser made. */
export const AddPasskey = z
  .object({ response: WebAuthnResponse, name: z.string().trim().min(1).max(PASSKEY_NAME_MAX_CHARS).optional() })
  .meta({ id: "AddPasskey" });
export const PatchPasskey = z
  .object({ name: z.string().trim().min(1).max(PASSKEY_NAME_MAX_CHARS) })
  .meta({ id: "PatchPasskey" });

export const Passkey = z
  .object({
    id: z.string(),
    name: z.string(),
    isSynced: z.boolean(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Passkey" });
export type Passkey = z.infer<typeof Passkey>;
export const PasskeyList = z.object({ items: z.array(Passkey) }).meta({ id: "PasskeyList" });

/** `PUT /account/password`; a new one needs a fresh session instead of the old one. `DELETE` removes it. */
export const PutPassword = z.object({ password: Password }).meta({ id: "PutPassword" });

/** `POST /auth/confirm/password`: proves again who sits here, for sensitive acts. Passkeys: /auth/passkeys/confirm. */
export const ConfirmPassword = z
  .object({ password: z.string().min(1).max(PASSWORD_MAX_CHARS) })
  .meta({ id: "ConfirmPassword" });
export const Confirmed = z.object({ freshUntil: z.iso.datetime() }).meta({ id: "Confirmed" });

/** What `/login?problem=` (and, while linking or confirming, the page that asked) may say about a visit to a provider. */
export const ProviderVisitProblem = ErrorCode.extract([
  "sign-in-failed",
  "unauthenticated",
  "account-disabled",
  "registration-closed",
  "email-taken",
  "identity-taken",
  "limit-reached",
  "method-disabled",
  "too-many-requests",
  "provider-unavailable",
  "provider-refused",
  "storage-unavailable",
  "internal",
]);
export type ProviderVisitProblem = z.infer<typeof ProviderVisitProblem>;

/** `POST /auth/identities/{provider}/link`: where to send the browser. */
export const StartedVisit = z.object({ startUrl: z.url() }).meta({ id: "StartedVisit" });
