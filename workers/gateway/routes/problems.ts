// Where a problem's `type` leads: its meaning and what to do, for people and for machines.
import { OpenAPIHono } from "@hono/zod-openapi";
import { AppError, ErrorCode, problemFacts } from "../../../shared/contracts/errors.ts";
import type { AppEnv } from "../app-env.ts";

export const problems = new OpenAPIHono<AppEnv>();

problems.get("/", (c) =>
  c.json({ items: ErrorCode.options.map((code) => ({ code: String(code), ...problemFacts(code) })) }),
);

problems.get("/:code", (c) => {
  const code = ErrorCode.safeParse(c.req.param("code"));
  if (!code.success) throw new AppError("not-found", "There is no problem of this name.");
  const { status, title, retryable, fix } = problemFacts(code.data);
  return c.text(
    `${title}\n\ncode: ${code.data}\nstatus: ${status}\nretryable: ${retryable ? "yes" : "no"}\n\n${fix}\n`,
  );
});
