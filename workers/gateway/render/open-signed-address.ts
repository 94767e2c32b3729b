// A request with a signature in its address: who made it does not matter, what was signed does. Looked at before any credential.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import { findSignedSource, type RenderSource } from "../../../shared/db/photos/render-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { readSignedAddress } from "./sign-url.ts";

/** The photo's id in an address that may be signed. */
const PHOTO_ID = /^\/i\/([0-9a-f-]{36})\//;

export function isSigned(c: Context<AppEnv>): boolean {
  return c.req.query("sig") !== undefined;
}

/**
 * The photo a signed address opens. A forgery costs no query.
 * @throws AppError signature-invalid, link-expired, or not-found for what was signed once and was ended since
 */
export async function openSignedAddress(c: Context<AppEnv>): Promise<RenderSource> {
  const { db, vault, now } = c.var.deps;
  const url = new URL(c.req.url);
  const signed = await readSignedAddress(vault, url);
  const photoId = PHOTO_ID.exec(url.pathname)?.[1];
  if (signed === null || photoId === undefined)
    throw new AppError("signature-invalid", "The signature does not belong to this address.");
  if (signed.expiresAtSeconds * 1000 <= now())
    throw new AppError("link-expired", "The address was signed for a time that is over.");
  const asked = { photoId, keyId: signed.keyId, linkRev: signed.linkRev };
  const source = await findSignedSource(db, asked);
  if (source === null) throw new AppError("not-found", "There is no such picture.");
  return source;
}
