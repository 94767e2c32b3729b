// What a user is told about themselves and the credential they called with.
import type { Principal, UserInfo } from "../../../shared/contracts/auth.ts";
import { FRESH_SIGN_IN_MS } from "../../../shared/contracts/limits.ts";
import type { UserRow } from "../../../shared/db/identity/user-queries.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";

export function describeUser(
  user: UserRow,
  principal: Principal,
  more: Pick<UserInfo, "mediaBase" | "needsSignInMethod">,
  nowMs: number,
): UserInfo {
  const freshUntilMs = principal.authenticatedAt + FRESH_SIGN_IN_MS;
  return {
    sub: user.id,
    name: user.name,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== null,
    role: user.role,
    status: user.status,
    deleteAfter: isoTimeOrNull(user.deleteAfter),
    needsSignInMethod: more.needsSignInMethod,
    storage: {
      bytes: user.storageBytes,
      photos: user.photoCount,
      reservedBytes: user.reservedBytes,
      reservedPhotos: user.reservedPhotos,
      quotaBytes: user.quotaBytes,
      quotaPhotos: user.quotaPhotos,
    },
    via: principal.via,
    scopes: principal.scopes,
    freshUntil: principal.via === "session" && freshUntilMs > nowMs ? isoTime(freshUntilMs) : null,
    mediaBase: more.mediaBase,
  };
}
