// The walls: who may call each route. A route that is not in this table answers nobody (require-access.ts), and the matrix
// of tests/security is generated from it. Paths are Hono's patterns, with the mount.
import type { Scope } from "../../../shared/contracts/auth.ts";

export interface AccessRule {
  /** admin: the roles owner and admin. */
  readonly who: "anyone" | "user" | "admin" | "owner";
  /** What an API key or access token must hold. Absent: only a browser session may call it. */
  readonly scope?: Scope;
  /** A session must have proved who it is a moment ago. Keys cannot; their scope says that somebody meant it. */
  readonly isSensitive?: true;
  /** A media grant may read it. */
  readonly isMedia?: true;
  /** An account that is being deleted may still call it. */
  readonly whileClosing?: true;
  /** A signed address (?sig=) opens it for anybody; without one the rule holds as it stands. */
  readonly orSigned?: true;
  /** The seeds' examples call it without a credential: on a developer's own machine they may (local-seed-guest.ts). */
  readonly isSeed?: true;
  /** Carries its own proof and reads no cookie: may be called from other sites. */
  readonly isCrossSite?: true;
}

const ANYONE: AccessRule = { who: "anyone" };
/** Programs call it from anywhere; nothing in it depends on a cookie. */
const PROGRAMS: AccessRule = { who: "anyone", isCrossSite: true };
const READ_PHOTOS: AccessRule = { who: "user", scope: "photo.read" };
const WRITE_PHOTOS: AccessRule = { who: "user", scope: "photo.write" };
const READ_SEED: AccessRule = { ...READ_PHOTOS, isSeed: true };
const WRITE_SEED: AccessRule = { ...WRITE_PHOTOS, isSeed: true };
const READ_PEOPLE: AccessRule = { who: "user", scope: "person.read" };
const WRITE_PEOPLE: AccessRule = { who: "user", scope: "person.merge" };
const READ_ACCOUNT: AccessRule = { who: "user", scope: "account.read", whileClosing: true };
const WRITE_ACCOUNT: AccessRule = { who: "user", scope: "account.write" };
/** What opens an account, or says who may: a person at a browser, who has just proved it. */
const SENSITIVE: AccessRule = { who: "user", isSensitive: true };
const SESSION: AccessRule = { who: "user" };
const READ_ADMIN: AccessRule = { who: "admin", scope: "admin.read" };
const WRITE_ADMIN: AccessRule = { who: "admin", scope: "admin.write", isSensitive: true };
/** What makes admins, lets people in or says how they get in: a person at a browser, who has just proved it, and no key. */
const SENSITIVE_ADMIN: AccessRule = { who: "admin", isSensitive: true };
/** Pictures in any form: the owner's, or whoever's address is signed. */
const RENDER: AccessRule = { ...READ_SEED, orSigned: true };
const MEDIA: AccessRule = { who: "user", scope: "photo.read", isMedia: true };

export const ACCESS_RULES: Readonly<Record<string, AccessRule>> = {
  "GET /health": ANYONE,
  "GET /api/v1/health": ANYONE,
  "GET /health/live": ANYONE,
  "GET /health/ready": ANYONE,
  "GET /problems": ANYONE,
  "GET /problems/:code": ANYONE,
  "GET /api/v1/openapi.json": ANYONE,

  "POST /api/v1/batches": WRITE_PHOTOS,
  "GET /api/v1/batches/:batchId": READ_PHOTOS,
  "GET /api/v1/photos": READ_PHOTOS,
  "POST /api/v1/photos": WRITE_PHOTOS,
  "GET /api/v1/photos/layout": READ_PHOTOS,
  "GET /api/v1/photos/:photoId": READ_PHOTOS,
  "PATCH /api/v1/photos/:photoId": WRITE_PHOTOS,
  "DELETE /api/v1/photos/:photoId": WRITE_PHOTOS,
  "POST /api/v1/photos/:photoId/restore": WRITE_PHOTOS,
  "POST /api/v1/photos/:photoId/retry": WRITE_PHOTOS,
  "GET /api/v1/photos/:photoId/original": READ_SEED,
  "PUT /api/v1/photos/:photoId/original": WRITE_PHOTOS,
  "GET /api/v1/photos/:photoId/renditions/:name": READ_PHOTOS,
  "GET /api/v1/photos/:photoId/faces": READ_PEOPLE,
  "POST /api/v1/photos/:photoId/faces": WRITE_PEOPLE,
  "POST /api/v1/photos/search/face": READ_PEOPLE,
  "GET /api/v1/progress": READ_PHOTOS,
  "POST /api/v1/progress/ticket": SESSION,
  "GET /api/v1/progress/live": READ_PHOTOS,
  "ALL /uploads/tus/*": WRITE_PHOTOS,
  "ALL /api/v1/uploads/tus/*": WRITE_PHOTOS,

  // The image service. What only says something in another dialect answers with a redirect, and knows no photo.
  "GET /i/:photoId/:file": RENDER,
  "GET /i/:photoId/:ops/:file": RENDER,
  "GET /cf/:options/:photoId": ANYONE,
  "GET /imgproxy/*": ANYONE,
  "GET /thumbor/*": ANYONE,
  "GET /iiif/3/:photoId": ANYONE,
  "GET /iiif/3/:photoId/info.json": READ_PHOTOS,
  "GET /iiif/3/:photoId/:region/:size/:rotation/:file": READ_PHOTOS,
  "OPTIONS /iiif/3/:photoId/info.json": PROGRAMS,
  "GET /api/v1/photos/:photoId/versions": READ_PHOTOS,
  "POST /api/v1/photos/:photoId/versions": WRITE_PHOTOS,
  "GET /api/v1/versions/:versionId": READ_SEED,
  "DELETE /api/v1/versions/:versionId": WRITE_PHOTOS,
  "POST /api/v1/photos/:photoId/links": WRITE_PHOTOS,
  "DELETE /api/v1/photos/:photoId/links": WRITE_PHOTOS,
  "GET /api/v1/url-keys": READ_ACCOUNT,
  "POST /api/v1/url-keys/rotate": WRITE_ACCOUNT,
  "DELETE /api/v1/url-keys/:keyId": WRITE_ACCOUNT,
  "GET /api/v1/archive": READ_PHOTOS,
  "POST /api/v1/archive": READ_PHOTOS,
  // The seeds' own routes. Their answers lead to originals, versions and renders, too.
  "POST /api/v1/img": WRITE_SEED,
  "GET /api/v1/img/:file": READ_SEED,
  "GET /images": READ_SEED,
  "POST /images": WRITE_SEED,
  "GET /images/:photoId": READ_SEED,
  "DELETE /images/:photoId": WRITE_SEED,
  "POST /images/:photoId/:channels": WRITE_SEED,

  "GET /api/v1/faces": READ_PEOPLE,
  "PUT /api/v1/faces/:faceId": WRITE_PEOPLE,
  "GET /api/v1/faces/:faceId/similar": READ_PEOPLE,
  "GET /api/v1/faces/:faceId/crop.jpg": READ_PEOPLE,
  "GET /api/v1/people": READ_PEOPLE,
  "GET /api/v1/people/history": READ_PEOPLE,
  "GET /api/v1/people/suggestions": READ_PEOPLE,
  "POST /api/v1/people/suggestions/:suggestionId": WRITE_PEOPLE,
  "POST /api/v1/people/merge": WRITE_PEOPLE,
  "POST /api/v1/people/undo": WRITE_PEOPLE,
  "GET /api/v1/people/:personId": READ_PEOPLE,
  "PATCH /api/v1/people/:personId": WRITE_PEOPLE,
  "POST /api/v1/people/:personId/split": WRITE_PEOPLE,
  "GET /api/v1/consent/faces": READ_ACCOUNT,
  "PUT /api/v1/consent/faces": { who: "user", scope: "consent.write" },

  // Pictures by a grant in the address: no cookie is read there, and nothing else answers.
  "GET /media/:grant/photos/:photoId/original": MEDIA,
  "GET /media/:grant/photos/:photoId/renditions/:name": MEDIA,
  "GET /media/:grant/i/:photoId/:file": MEDIA,
  "GET /media/:grant/i/:photoId/:ops/:file": MEDIA,
  "GET /media/:grant/faces/:faceId/crop.jpg": MEDIA,

  // Getting in.
  "GET /api/v1/auth/methods": ANYONE,
  "POST /api/v1/auth/link": ANYONE,
  "POST /api/v1/auth/email": ANYONE,
  "POST /api/v1/auth/login": ANYONE,
  "POST /api/v1/auth/invitation": ANYONE,
  "POST /api/v1/auth/register": ANYONE,
  "POST /api/v1/auth/passkeys/sign-in/options": ANYONE,
  "POST /api/v1/auth/passkeys/sign-in": ANYONE,
  "GET /api/v1/auth/oidc/:provider/start": ANYONE,
  "GET /api/v1/auth/oidc/:provider/callback": PROGRAMS,
  "POST /api/v1/auth/logout": ANYONE,
  "GET /api/v1/auth/userinfo": READ_ACCOUNT,
  // Proving it once more: also to take one's photos along while the account closes.
  "POST /api/v1/auth/confirm/password": { ...SESSION, whileClosing: true },
  "POST /api/v1/auth/passkeys/confirm/options": { ...SESSION, whileClosing: true },
  "POST /api/v1/auth/passkeys/confirm": { ...SESSION, whileClosing: true },
  // Ways in of one's own.
  "GET /api/v1/auth/passkeys": READ_ACCOUNT,
  // The handlers want a fresh proof of everybody who has a way in (requireFreshUnlessNoWayIn): others could prove nothing again.
  "POST /api/v1/auth/passkeys/options": SESSION,
  "POST /api/v1/auth/passkeys": SESSION,
  "PATCH /api/v1/auth/passkeys/:passkeyId": SESSION,
  "DELETE /api/v1/auth/passkeys/:passkeyId": SENSITIVE,
  "GET /api/v1/auth/sessions": READ_ACCOUNT,
  "DELETE /api/v1/auth/sessions/:sessionId": { ...SESSION, whileClosing: true },
  "POST /api/v1/auth/sessions/end-others": { ...SESSION, whileClosing: true },
  "GET /api/v1/auth/identities": READ_ACCOUNT,
  "POST /api/v1/auth/identities/:provider/link": SENSITIVE,
  "DELETE /api/v1/auth/identities/:provider": SENSITIVE,

  "PATCH /api/v1/account": WRITE_ACCOUNT,
  "PUT /api/v1/account/password": SENSITIVE,
  "DELETE /api/v1/account/password": SENSITIVE,
  "GET /api/v1/account/audit": READ_ACCOUNT,
  "GET /api/v1/account/export": { ...SENSITIVE, whileClosing: true },
  "GET /api/v1/account/export/:part": { ...SENSITIVE, whileClosing: true },
  "DELETE /api/v1/account": { ...SENSITIVE, whileClosing: true },
  "POST /api/v1/account/keep": { ...SESSION, whileClosing: true },
  "GET /api/v1/api-keys": READ_ACCOUNT,
  "POST /api/v1/api-keys": SENSITIVE,
  "DELETE /api/v1/api-keys/:keyId": SESSION,

  // Our own authorization server.
  "GET /.well-known/jwks.json": PROGRAMS,
  "GET /.well-known/openid-configuration": PROGRAMS,
  "GET /.well-known/oauth-authorization-server": PROGRAMS,
  "GET /api/v1/auth/authorize": PROGRAMS,
  "POST /api/v1/auth/token": PROGRAMS,
  "POST /api/v1/auth/refresh": PROGRAMS,
  "POST /api/v1/auth/revoke": PROGRAMS,
  "POST /api/v1/auth/device": PROGRAMS,
  // Browsers ask before they send a program's form.
  "OPTIONS /api/v1/auth/token": PROGRAMS,
  "OPTIONS /api/v1/auth/refresh": PROGRAMS,
  "OPTIONS /api/v1/auth/revoke": PROGRAMS,
  "OPTIONS /api/v1/auth/device": PROGRAMS,
  "GET /api/v1/oauth/request": SESSION,
  // Letting a program in is handing out a key.
  "POST /api/v1/oauth/decision": SENSITIVE,
  "POST /api/v1/oauth/device/lookup": SESSION,
  "POST /api/v1/oauth/device/decision": SENSITIVE,
  "GET /api/v1/oauth/clients": READ_ACCOUNT,
  "POST /api/v1/oauth/clients": SENSITIVE,
  "DELETE /api/v1/oauth/clients/:clientId": SESSION,
  "GET /api/v1/oauth/grants": READ_ACCOUNT,
  "DELETE /api/v1/oauth/grants/:grantId": SESSION,

  "GET /api/v1/admin/users": READ_ADMIN,
  "PATCH /api/v1/admin/users/:userId": SENSITIVE_ADMIN,
  "POST /api/v1/admin/users/:userId/sign-in-link": { who: "owner", isSensitive: true },
  "GET /api/v1/admin/invitations": READ_ADMIN,
  "POST /api/v1/admin/invitations": SENSITIVE_ADMIN,
  "DELETE /api/v1/admin/invitations/:invitationId": WRITE_ADMIN,
  "GET /api/v1/admin/identity": READ_ADMIN,
  "PUT /api/v1/admin/identity": SENSITIVE_ADMIN,
  "GET /api/v1/admin/providers": READ_ADMIN,
  // Who names a provider may come to sign in as others.
  "PUT /api/v1/admin/providers/:provider": SENSITIVE_ADMIN,
  "DELETE /api/v1/admin/providers/:provider": SENSITIVE_ADMIN,
  "POST /api/v1/admin/signing-keys/rotate": WRITE_ADMIN,
  "GET /api/v1/admin/audit": READ_ADMIN,
};
