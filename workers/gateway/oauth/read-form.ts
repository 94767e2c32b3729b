// Reading what a token endpoint is sent: a form (RFC 6749 §3.2), each parameter at most once. Its size is limited before.
import type { Context } from "hono";
import type { z } from "zod";
import type { AppEnv } from "../app-env.ts";
import { OAuthFailure } from "./oauth-failure.ts";

/** @throws OAuthFailure invalid_request */
export async function readForm<Schema extends z.ZodType>(
  c: Context<AppEnv>,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header("content-type") ?? ""))
    throw new OAuthFailure("invalid_request", "The body must be application/x-www-form-urlencoded.");
  const parameters = new URLSearchParams(await c.req.text());
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
  const text = await c.req.text();
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
