// Where a problem's `type` leads: its meaning and what to do, for people and for machines.
import { OpenAPIHono } from "@hono/zod-openapi";
import { AppError, ErrorCode, PROBLEM_BY_CODE } from "../../../shared/contracts/errors.ts";
import type { AppEnv } from "../app-env.ts";

export const problems = new OpenAPIHono<AppEnv>();

problems.get("/", () => {
  const items: object[] = ErrorCode.options.map((code) => Object.assign({ code }, PROBLEM_BY_CODE[code]));
  return Response.json({ items });
});

problems.get("/:code", (c) => {
  const code = ErrorCode.safeParse(c.req.param("code"));
  if (!code.success) throw new AppError("not-found", "There is no problem of this name.");
  const { status, title, retryable, fix } = PROBLEM_BY_CODE[code.data];
  return c.text(`${title}\n\ncode: ${code.data}\nstatus: ${status}\nretryable: ${retryable ? "yes" : "no"}\n\n${fix}\n`);
});
