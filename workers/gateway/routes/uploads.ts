// Resumable uploads: tus 1.0 (https://tus.io/protocols/resumable-upload). An upload's id is its photo's.
import { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../app-env.ts";
import { answerTus } from "../tus/answer-tus.ts";

export const uploads = new OpenAPIHono<AppEnv>();

uploads.all("/tus/*", (c) => answerTus(c, c.req.path.startsWith("/api/") ? "/api/v1/uploads/tus" : "/uploads/tus"));
