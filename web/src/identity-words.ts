// Scopes, roles, ways in and acts of the audit log in a person's words. One table each; a new member does not compile without.
import type { AuditAction } from "../../shared/contracts/audit.ts";
import type { Role, Scope, SignInMethod } from "../../shared/contracts/auth.ts";

export const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  "photo.read": "See your photos",
  "photo.write": "Add, change and delete photos",
  "person.read": "See people and faces",
  "person.merge": "Name, merge and sort people",
  "consent.write": "Turn face recognition on and off",
  "account.read": "See your account, its sessions and its activity",
  "account.write": "Change your name and address",
  "admin.read": "See the users and settings of this installation",
  "admin.write": "Change the users and settings of this installation",
};

export const ROLE_WORDS: Readonly<Record<Role, string>> = { owner: "Owner", admin: "Admin", member: "Member" };

export const METHOD_WORDS: Readonly<Record<SignInMethod, string>> = {
  passkey: "passkey",
  email: "link by e-mail",
  password: "password",
  oidc: "provider",
  link: "one-time link",
};

export const AUDIT_WORDS: Readonly<Record<AuditAction, string>> = {
  "account.created": "Account created",
  "account.claimed": "Installation claimed",
  "account.changed": "Name or address changed",
  "account.disabled": "Account locked",
  "account.enabled": "Account unlocked",
  "account.role-changed": "Role changed",
  "account.quota-changed": "Storage limit changed",
  "account.closing": "Deletion of the account asked for",
  "account.kept": "Deletion taken back",
  "account.purged": "Account deleted for good",
  "account.exported": "Photos exported",
  "email.verified": "E-mail address proved",
  "sign-in.succeeded": "Signed in",
  "sign-in.failed": "A sign-in failed",
  "sign-in.limited": "Too many sign-ins were tried",
  "sign-in.link-sent": "Sign-in link sent by mail",
  "sign-out": "Signed out",
  "session.revoked": "A session was ended",
  "session.others-revoked": "All other sessions were ended",
  "session.confirmed": "Proved again who it is",
  "passkey.added": "Passkey added",
  "passkey.renamed": "Passkey renamed",
  "passkey.removed": "Passkey removed",
  "passkey.counter-regressed": "A passkey may have been copied",
  "password.set": "Password set",
  "password.removed": "Password removed",
  "api-key.created": "API key created",
  "api-key.revoked": "API key revoked",
  "identity.linked": "Provider linked",
  "identity.unlinked": "Provider unlinked",
  "invitation.created": "Invitation made",
  "invitation.accepted": "Invitation accepted",
  "invitation.revoked": "Invitation revoked",
  "oauth.client-created": "App registered",
  "oauth.client-revoked": "App removed",
  "oauth.granted": "App let in",
  "oauth.denied": "App turned away",
  "oauth.grant-revoked": "App's access ended",
  "oauth.token-reuse": "A token was used twice: the app was shut out",
  "oauth.code-reuse": "A code was used twice: the app was shut out",
  "signing-key.rotated": "Signing key changed",
  "provider.changed": "Sign-in provider changed",
  "provider.removed": "Sign-in provider removed",
  "settings.changed": "Sign-in settings changed",
  "consent.granted": "Face recognition turned on",
  "consent.withdrawn": "Face recognition turned off",
};
