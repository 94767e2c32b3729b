// Passkeys: signing in with one, proving it once more, and which ones an account has.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { errorText, log } from "../../../shared/adapters/log.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { UserId } from "../../../shared/contracts/ids.ts";
import { CHALLENGE_LIFE_MS, PASSKEYS_MAX_PER_USER } from "../../../shared/contracts/limits.ts";
import {
  AddPasskey,
  Confirmed,
  Passkey,
  PasskeyList,
  PatchPasskey,
  SignedIn,
  WebAuthnOptions,
  WebAuthnResponse,
} from "../../../shared/contracts/sign-in.ts";
import {
  deletePasskey,
  insertPasskey,
  listPasskeys,
  type PasskeyRow,
  renamePasskey,
} from "../../../shared/db/identity/passkey-queries.ts";
import { findUser } from "../../../shared/db/identity/user-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { auditStatement, recordAct } from "../identity/audit.ts";
import { callerNetwork } from "../identity/caller-network.ts";
import { beginChallenge, spendChallenge } from "../identity/challenges.ts";
import { completeSignIn } from "../identity/complete-sign-in.ts";
import { confirmSession } from "../identity/confirm-session.ts";
import { namePasskey } from "../identity/name-passkey.ts";
import { newPasskeyOptions, passkeyUseOptions } from "../identity/passkey-options.ts";
import { relyingParty } from "../identity/relying-party.ts";
import { provePasskey } from "../identity/use-passkey.ts";
import { verifyNewPasskey } from "../identity/verify-passkey.ts";
import { offeredWays, requireFreshUnlessNoWayIn } from "../identity/ways-in.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import { jsonBody, jsonContent } from "../json-content.ts";
import { limitAttempts, uncountAttempt } from "../limits/limit-attempts.ts";
import { noticeStatements, sendSoon } from "../mail/queue-letter.ts";
import { problemResponses } from "../problem-responses.ts";

export const passkeys = new OpenAPIHono<AppEnv>();

const params = z.object({ passkeyId: z.string().max(100) });

const signInOptions = createRoute({
  method: "post",
  path: "/sign-in/options",
  operationId: "getPasskeySignInOptions",
  summary: "What an authenticator needs to sign somebody in; names nobody",
  responses: {
    200: { description: "For navigator.credentials.get()", content: jsonContent(WebAuthnOptions) },
    ...problemResponses("cross-site-request", "too-many-requests"),
  },
});

passkeys.openapi(signInOptions, async (c) => {
  const options = await passkeyUseOptions(relyingParty(c).id);
  const { challenge } = options;
  await beginChallenge(c, {
    purpose: "passkey-sign-in",
    userId: null,
    payload: { challenge },
    lifeMs: CHALLENGE_LIFE_MS,
  });
  return c.json(options, 200);
});

const signIn = createRoute({
  method: "post",
  path: "/sign-in",
  operationId: "signInByPasskey",
  summary: "Sign in with a passkey; the credential says whose it is",
  request: jsonBody(WebAuthnResponse),
  responses: {
    200: { description: "Signed in; the session cookie is set", content: jsonContent(SignedIn) },
    ...problemResponses(
      "invalid-request",
      "sign-in-failed",
      "account-disabled",
      "cross-site-request",
      "too-many-requests",
    ),
  },
});

passkeys.openapi(signIn, async (c) => {
  const network = callerNetwork(c).counted;
  await limitAttempts(c, "sign-in:network", network);
  const passkey = await provePasskey(c, "passkey-sign-in", c.req.valid("json"));
  if (passkey === null) throw new AppError("sign-in-failed", "That passkey opens no account here.");
  const signedIn = await completeSignIn(c, { userId: passkey.userId, method: "passkey" });
  await uncountAttempt(c, "sign-in:network", network);
  return c.json(signedIn, 200);
});

const confirmOptions = createRoute({
  method: "post",
  path: "/confirm/options",
  operationId: "getPasskeyConfirmOptions",
  summary: "What an authenticator needs to prove once more who sits here",
  responses: {
    200: { description: "For navigator.credentials.get()", content: jsonContent(WebAuthnOptions) },
    ...problemResponses("unauthenticated", "forbidden", "cross-site-request"),
  },
});

passkeys.openapi(confirmOptions, async (c) => {
  const { userId } = c.var.principal;
  const options = await passkeyUseOptions(relyingParty(c).id, await listPasskeys(c.var.deps.db, userId));
  const { challenge } = options;
  await beginChallenge(c, { purpose: "passkey-confirm", userId, payload: { challenge }, lifeMs: CHALLENGE_LIFE_MS });
  return c.json(options, 200);
});

const confirm = createRoute({
  method: "post",
  path: "/confirm",
  operationId: "confirmByPasskey",
  summary: "Prove once more who sits here, by a passkey: sensitive acts are open for a while",
  request: jsonBody(WebAuthnResponse),
  responses: {
    200: { description: "This session is fresh", content: jsonContent(Confirmed) },
    ...problemResponses("invalid-request", "unauthenticated", "confirmation-required", "too-many-requests"),
  },
});

passkeys.openapi(confirm, async (c) => {
  const { userId } = c.var.principal;
  await limitAttempts(c, "sign-in:account", userId);
  const passkey = await provePasskey(c, "passkey-confirm", c.req.valid("json"));
  if (passkey === null || passkey.userId !== userId)
    throw new AppError("confirmation-required", "That passkey did not prove that it is you.");
  await uncountAttempt(c, "sign-in:account", userId);
  return c.json(await confirmSession(c, "passkey"), 200);
});

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listPasskeys",
  summary: "My passkeys",
  responses: {
    200: { description: "All of them", content: jsonContent(PasskeyList) },
    ...problemResponses("unauthenticated", "forbidden"),
  },
});

passkeys.openapi(list, async (c) => {
  const rows = await listPasskeys(c.var.deps.db, c.var.principal.userId);
  return c.json({ items: rows.map(toPasskey) }, 200);
});

const addOptions = createRoute({
  method: "post",
  path: "/options",
  operationId: "getPasskeyAddOptions",
  summary: "What an authenticator needs to make a passkey for me",
  responses: {
    200: { description: "For navigator.credentials.create()", content: jsonContent(WebAuthnOptions) },
    ...problemResponses("unauthenticated", "forbidden", "confirmation-required", "limit-reached"),
  },
});

passkeys.openapi(addOptions, async (c) => {
  await requireFreshUnlessNoWayIn(c);
  const { db } = c.var.deps;
  const { userId } = c.var.principal;
  const [user, existing] = await Promise.all([findUser(db, userId), listPasskeys(db, userId)]);
  if (user === null) throw new AppError("unauthenticated", "The account no longer exists.");
  if (existing.length >= PASSKEYS_MAX_PER_USER) throw tooMany();
  const options = await newPasskeyOptions(relyingParty(c).id, user, existing);
  const { challenge } = options;
  await beginChallenge(c, { purpose: "passkey-add", userId, payload: { challenge }, lifeMs: CHALLENGE_LIFE_MS });
  return c.json(options, 200);
});

const add = createRoute({
  method: "post",
  path: "/",
  operationId: "addPasskey",
  summary: "Add the passkey the browser has made",
  request: jsonBody(AddPasskey),
  responses: {
    201: { description: "Added", content: jsonContent(Passkey) },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "forbidden",
      "confirmation-required",
      "identity-taken",
      "limit-reached",
    ),
  },
});

passkeys.openapi(add, async (c) => {
  await requireFreshUnlessNoWayIn(c);
  const { db, newId, now } = c.var.deps;
  const { userId } = c.var.principal;
  const { response, name } = c.req.valid("json");
  const challenge = await spendChallenge(c, "passkey-add");
  if (challenge === null || challenge.userId !== userId)
    throw new AppError("invalid-request", "The passkey was not asked for here, or too long ago; start again.");
  const credential = await verifyNewPasskey(response, {
    ...relyingParty(c),
    challenge: (challenge.payload as { challenge: string }).challenge,
  }).catch((cause: unknown) => {
    log("info", "passkey-refused", { trace: c.var.requestId, why: errorText(cause) });
    throw new AppError("invalid-request", "The passkey was not accepted.", { cause });
  });
  const passkey: PasskeyRow = {
    id: newId(),
    userId: userId as UserId,
    credentialId: credential.credentialId,
    publicKey: credential.publicKey,
    counter: credential.counter,
    transports: credential.transports,
    name: name ?? namePasskey(credential),
    isSynced: credential.isSynced ? 1 : 0,
    createdAt: now(),
    lastUsedAt: null,
  };
  const details = { passkey: passkey.name };
  const [inserted] = await db
    .batch([
      insertPasskey(db, passkey),
      auditStatement(c, { action: "passkey.added", subjectId: userId, details, ifChanged: true }),
      ...noticeStatements(c, userId, "passkey-added", passkey.name),
    ])
    .catch((cause: unknown) => {
      if (cause instanceof Error && cause.message.includes("passkeys.credential_id"))
        throw new AppError("identity-taken", "That passkey belongs to an account here already.", { cause });
      throw cause;
    });
  if (inserted?.meta.changes === 0) throw tooMany();
  sendSoon(c);
  return c.json(toPasskey(passkey), 201);
});

const rename = createRoute({
  method: "patch",
  path: "/{passkeyId}",
  operationId: "renamePasskey",
  summary: "Name a passkey",
  request: { params, ...jsonBody(PatchPasskey) },
  responses: {
    200: { description: "Named", content: jsonContent(Passkey) },
    ...problemResponses("invalid-request", "unauthenticated", "forbidden", "not-found"),
  },
});

passkeys.openapi(rename, async (c) => {
  const { userId } = c.var.principal;
  const { name } = c.req.valid("json");
  const row = await renamePasskey(c.var.deps.db, userId, c.req.valid("param").passkeyId, name);
  if (row === null) throw new AppError("not-found", "You have no such passkey.");
  await recordAct(c, { action: "passkey.renamed", subjectId: userId, details: { passkey: name } });
  return c.json(toPasskey(row), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{passkeyId}",
  operationId: "removePasskey",
  summary: "Remove a passkey; the last way to sign in stays",
  request: { params },
  responses: {
    204: { description: "Removed" },
    ...problemResponses("unauthenticated", "forbidden", "confirmation-required", "not-found", "last-sign-in-method"),
  },
});

passkeys.openapi(remove, async (c) => {
  const { db } = c.var.deps;
  const { userId } = c.var.principal;
  const { passkeyId } = c.req.valid("param");
  const passkey = (await listPasskeys(db, userId)).find(({ id }) => id === passkeyId);
  if (passkey === undefined) throw new AppError("not-found", "You have no such passkey.");
  const details = { passkey: passkey.name };
  const [deleted] = await db.batch([
    deletePasskey(db, userId, passkeyId, await offeredWays(c.var.deps)),
    auditStatement(c, { action: "passkey.removed", subjectId: userId, details, ifChanged: true }),
    ...noticeStatements(c, userId, "passkey-removed", passkey.name),
  ]);
  if (deleted?.meta.changes === 0)
    throw new AppError("last-sign-in-method", "Without this passkey nothing would let you in again.");
  sendSoon(c);
  return c.body(null, 204);
});

function toPasskey(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    name: row.name,
    isSynced: row.isSynced === 1,
    createdAt: isoTime(row.createdAt),
    lastUsedAt: isoTimeOrNull(row.lastUsedAt),
  };
}

function tooMany(): AppError {
  return new AppError("limit-reached", `An account has at most ${PASSKEYS_MAX_PER_USER} passkeys.`);
}
