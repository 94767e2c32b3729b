// The accounts of the installation, for admins: who there is, what they may do, how much they may store.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { AdminUser, AdminUserList, AdminUsersQuery, PatchUser, RecoveryLink } from "../../../shared/contracts/admin.ts";
import { UserId } from "../../../shared/contracts/ids.ts";
import { type AdminUserRow, listUsers } from "../../../shared/db/identity/admin-queries.ts";
import { changeUser } from "../admin/change-user.ts";
import { makeRecoveryLink } from "../admin/make-recovery-link.ts";
import { decodeUsersCursor, encodeUsersCursor } from "../admin/users-cursor.ts";
import type { AppEnv } from "../app-env.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import { jsonContent } from "../json-content.ts";
import { problemResponses } from "../problem-responses.ts";

export const adminUsers = new OpenAPIHono<AppEnv>();

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listUsers",
  summary: "All accounts, oldest first",
  request: { query: AdminUsersQuery },
  responses: {
    200: { description: "A page", content: jsonContent(AdminUserList) },
    ...problemResponses("invalid-request", "invalid-cursor", "unauthenticated", "forbidden"),
  },
});

adminUsers.openapi(list, async (c) => {
  const { cursor, limit, q } = c.req.valid("query");
  const after = cursor === undefined ? null : decodeUsersCursor(cursor);
  const rows = await listUsers(c.var.deps.db, after, q === undefined || q === "" ? null : q, limit);
  const last = rows.at(-1);
  const more = last !== undefined && rows.length === limit;
  return c.json({ items: rows.map(toAdminUser), cursor: more ? encodeUsersCursor(last) : null }, 200);
});

const patch = createRoute({
  method: "patch",
  path: "/{userId}",
  operationId: "patchUser",
  summary: "Change somebody's role or limits, lock or unlock their account",
  request: { params: z.object({ userId: UserId }), body: { required: true, content: jsonContent(PatchUser) } },
  responses: {
    200: { description: "The account as it is now", content: jsonContent(AdminUser) },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "forbidden",
      "confirmation-required",
      "account-closing",
      "not-found",
      "last-owner",
    ),
  },
});

adminUsers.openapi(patch, async (c) =>
  c.json(toAdminUser(await changeUser(c, c.req.valid("param").userId, c.req.valid("json"))), 200),
);

const recover = createRoute({
  method: "post",
  path: "/{userId}/sign-in-link",
  operationId: "createSignInLink",
  summary: "A way back for somebody who has lost every way in: a link to hand over, good once within a day; for owners",
  request: { params: z.object({ userId: UserId }) },
  responses: {
    201: { description: "The only answer that holds the link", content: jsonContent(RecoveryLink) },
    ...problemResponses("invalid-request", "unauthenticated", "forbidden", "confirmation-required", "not-found"),
  },
});

adminUsers.openapi(recover, async (c) => c.json(await makeRecoveryLink(c, c.req.valid("param").userId), 201));

function toAdminUser(row: AdminUserRow): AdminUser {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    emailVerified: row.emailVerifiedAt !== null,
    role: row.role,
    status: row.status,
    deleteAfter: isoTimeOrNull(row.deleteAfter),
    createdAt: isoTime(row.createdAt),
    lastSeenAt: isoTimeOrNull(row.lastSeenAt),
    storage: {
      bytes: row.storageBytes,
      photos: row.photoCount,
      quotaBytes: row.quotaBytes,
      quotaPhotos: row.quotaPhotos,
    },
    signIn: {
      passkeys: row.passkeys,
      hasPassword: row.hasPassword === 1,
      providers: z.array(z.string()).parse(JSON.parse(row.providers)),
    },
  };
}
