// Invitations, for admins: made, listed, taken back. The link is shown once; where there is an address, it is mailed as well.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import {
  CreatedInvitation,
  CreateInvitation,
  type Invitation,
  InvitationList,
} from "../../../shared/contracts/admin.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { INVITATION_LIFE_MS } from "../../../shared/contracts/limits.ts";
import {
  type InvitationRow,
  insertInvitation,
  listInvitations,
  revokeInvitation,
} from "../../../shared/db/identity/invitation-queries.ts";
import { insertLetter } from "../../../shared/db/identity/mail-queries.ts";
import { findUser } from "../../../shared/db/identity/user-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement } from "../identity/audit.ts";
import { demandInvitations } from "../identity/invitations.ts";
import { admitLetter } from "../identity/mail-links.ts";
import { newSecret, sha256Hex } from "../identity/secrets.ts";
import { isoTime } from "../iso-time.ts";
import { jsonContent } from "../json-content.ts";
import { sendSoon } from "../mail/queue-letter.ts";
import { problemResponses } from "../problem-responses.ts";
import { publicOrigin } from "../public-origin.ts";

export const adminInvitations = new OpenAPIHono<AppEnv>();

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listInvitations",
  summary: "The newest invitations, and what became of them",
  responses: {
    200: { description: "Invitations", content: jsonContent(InvitationList) },
    ...problemResponses("unauthenticated", "forbidden"),
  },
});

adminInvitations.openapi(list, async (c) => {
  const { db, now } = c.var.deps;
  return c.json({ items: (await listInvitations(db)).map((row) => toInvitation(row, now())) }, 200);
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createInvitation",
  summary: "Invite somebody: a link to hand over, mailed as well where an address is given",
  request: { body: { required: true, content: jsonContent(CreateInvitation) } },
  responses: {
    201: { description: "The only answer that holds the link", content: jsonContent(CreatedInvitation) },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "forbidden",
      "confirmation-required",
      "registration-closed",
      "too-many-requests",
    ),
  },
});

adminInvitations.openapi(create, async (c) => {
  const { db, newId, now, mailer } = c.var.deps;
  const { userId } = c.var.principal;
  const { email = null, role, quotaBytes = null } = c.req.valid("json");
  await demandInvitations(c);
  const isMailed = email !== null && mailer !== null;
  if (isMailed) await admitLetter(c, email);
  const [id, token, origin] = [newId(), newSecret(), publicOrigin(c)];
  const invitedBy = (await findUser(db, userId))?.name ?? "";
  const at = now();
  const expiresAt = at + INVITATION_LIFE_MS;
  const letter = { kind: "invitation", origin, invitationId: id, invitedBy } as const;
  await db.batch([
    insertInvitation(
      db,
      { id, hash: await sha256Hex(token), email, role, quotaBytes, invitedBy: userId, expiresAt },
      at,
    ),
    auditStatement(c, { action: "invitation.created", subjectId: null, details: { invitation: id, role } }),
    ...(isMailed
      ? [insertLetter(db, { id: newId(), dedupeKey: `invitation:${id}`, userId: null, recipient: email, letter }, at)]
      : []),
  ]);
  if (isMailed) sendSoon(c);
  const row = { id, email, role, invitedBy, createdAt: at, expiresAt, acceptedAt: null, revokedAt: null };
  return c.json({ ...toInvitation(row, at), url: `${origin}/invite#token=${token}`, isMailed }, 201);
});

const revoke = createRoute({
  method: "delete",
  path: "/{invitationId}",
  operationId: "revokeInvitation",
  summary: "Take an invitation back; it opens nothing any more",
  request: { params: z.object({ invitationId: z.string().max(100) }) },
  responses: {
    204: { description: "Taken back" },
    ...problemResponses("unauthenticated", "forbidden", "confirmation-required", "not-found"),
  },
});

adminInvitations.openapi(revoke, async (c) => {
  const { db, now } = c.var.deps;
  const { invitationId } = c.req.valid("param");
  const [revoked] = await db.batch([
    revokeInvitation(db, invitationId, now()),
    auditStatement(c, {
      action: "invitation.revoked",
      subjectId: null,
      details: { invitation: invitationId },
      ifChanged: true,
    }),
  ]);
  if (revoked?.meta.changes === 0) throw new AppError("not-found", "No such invitation is open.");
  return c.body(null, 204);
});

function toInvitation(row: InvitationRow, nowMs: number): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    state:
      row.acceptedAt !== null
        ? "accepted"
        : row.revokedAt !== null
          ? "revoked"
          : row.expiresAt <= nowMs
            ? "expired"
            : "open",
    invitedBy: row.invitedBy,
    createdAt: isoTime(row.createdAt),
    expiresAt: isoTime(row.expiresAt),
  };
}
