// Signs an address of a photo for anybody to open, until it ends.
import type { Context } from "hono";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { CreateLink, Link } from "../../../shared/contracts/links.ts";
import { parseOps } from "../../../shared/contracts/transforms/parse-ops.ts";
import { signingUrlKey } from "../../../shared/db/photos/link-statements.ts";
import type { RenderSource } from "../../../shared/db/photos/render-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { isoTime } from "../iso-time.ts";
import { publicOrigin } from "../public-origin.ts";
import { signAddress } from "./sign-url.ts";

/** @throws AppError invalid-transform */
export async function makeLink(c: Context<AppEnv>, row: RenderSource, wanted: CreateLink): Promise<Link> {
  const { db, vault, now } = c.var.deps;
  const parsed = parseOps(wanted.ops, wanted.file);
  if (parsed.problems !== undefined)
    throw new AppError("invalid-transform", "The address asks for what there is not.", {
      errors: [...parsed.problems],
    });
  const key = await signingUrlKey(db, row.userId, newKeyId(), now());
  const expiresAtSeconds = Math.floor(now() / 1000) + wanted.expiresInSeconds;
  const path = await signAddress(vault, {
    // As a browser will send it.
    path: new URL(`/i/${row.id}/${parsed.canonical}`, "https://any.invalid").pathname,
    keyId: key.id,
    expiresAtSeconds,
    linkRev: row.linkRev,
  });
  return { url: `${publicOrigin(c)}${path}`, path, keyId: key.id, expiresAt: isoTime(expiresAtSeconds * 1000) };
}

const KEY_ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const KEY_ID_CHARS = 8;

/** 40 random bits: a name, and no secret. */
export function newKeyId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(KEY_ID_CHARS)), (byte) => KEY_ID_ALPHABET[byte % 32]).join(
    "",
  );
}
