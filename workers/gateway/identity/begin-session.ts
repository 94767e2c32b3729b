// The one way a browser becomes signed in: a new session (never an old one kept, against fixation) and its cookie.
import type { Context } from "hono";
import type { SignInMethod } from "../../../shared/contracts/auth.ts";
import { SESSION_LIFE_MS, USER_AGENT_KEPT_CHARS } from "../../../shared/contracts/limits.ts";
import { insertSession } from "../../../shared/db/identity/session-queries.ts";
import { closeSockets } from "../access/end-credentials.ts";
import { endOwnSession } from "../access/end-session.ts";
import { writeCookie } from "../access/session-cookie.ts";
import type { AppEnv } from "../app-env.ts";
import { callerNetwork } from "./caller-network.ts";
import { newSecret, sha256Hex } from "./secrets.ts";

export interface BegunSession {
  readonly userId: string;
  readonly method: SignInMethod;
  readonly providerId?: string;
  readonly idTokenSealed?: string;
  /** Unix ms of the proof, where somebody else took it; default now. 0: the session begins not fresh. */
  readonly authenticatedAt?: number;
}

export async function beginSession(c: Context<AppEnv>, session: BegunSession): Promise<void> {
  const { db, now, newId } = c.var.deps;
  const secret = newSecret();
  const madeRoom = await insertSession(
    db,
    {
      id: newId(),
      hash: await sha256Hex(secret),
      userId: session.userId,
      method: session.method,
      providerId: session.providerId ?? null,
      idTokenSealed: session.idTokenSealed ?? null,
      userAgent: c.req.header("user-agent")?.slice(0, USER_AGENT_KEPT_CHARS) ?? null,
      network: callerNetwork(c).shown,
      authenticatedAt: session.authenticatedAt ?? now(),
      expiresAt: now() + SESSION_LIFE_MS,
    },
    now(),
  );
  if (madeRoom.length > 0) c.executionCtx.waitUntil(closeSockets(c.var.deps, session.userId, madeRoom));
  // Whoever was signed in here no longer is: a browser has one session, and nobody would miss the other.
  await endOwnSession(c);
  writeCookie(c, "session", secret);
}
