// Reading what a token endpoint is sent: a form (RFC 6749 §3.2), each parameter at most once, within a size.
import type { Context } from "hono";
import type { z } from "zod";
import { IDENTITY_BODY_MAX_BYTES } from "../../../shared/contracts/limits.ts";
import type { AppEnv } from "../app-env.ts";
import { OAuthFailure } from "./oauth-failure.ts";

/** @throws OAuthFailure invalid_request */
export async function readForm<Schema extends z.ZodType>(
  c: Context<AppEnv>,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header("content-type") ?? ""))
    throw new OAuthFailure("invalid_request", "The body must be application/x-www-form-urlencoded.");
  const parameters = new URLSearchParams(await readText(c));
  const names = [...parameters.keys()];
  if (new Set(names).size < names.length) throw new OAuthFailure("invalid_request", "A parameter is sent twice.");
  // RFC 6749 §3.2: a parameter without a value is as good as absent.
  return parse(schema, Object.fromEntries([...parameters].filter(([, value]) => value !== "")));
}

/** @throws OAuthFailure invalid_request */
export async function readJson<Schema extends z.ZodType>(
  c: Context<AppEnv>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await readText(c);
  try {
    return parse(schema, JSON.parse(text));
  } catch (cause) {
    if (cause instanceof OAuthFailure) throw cause;
    throw new OAuthFailure("invalid_request", "The body is no JSON.");
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OAuthFailure("invalid_request", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is not valid"}`);
}

async function readText(c: Context<AppEnv>): Promise<string> {
  const declared = Number(c.req.header("content-length") ?? "0");
  if (declared > IDENTITY_BODY_MAX_BYTES) throw new OAuthFailure("invalid_request", "The body is too large.");
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  const body: ReadableStream<Uint8Array> | null = c.req.raw.body;
  if (body === null) return "";
  const reader = body.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    bytes += value?.byteLength ?? 0;
    if (bytes > IDENTITY_BODY_MAX_BYTES) {
      await reader.cancel();
      throw new OAuthFailure("invalid_request", "The body is too large.");
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
