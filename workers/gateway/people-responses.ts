// What the routes about people and faces share in their OpenAPI contract: how they are asked, what they answer, why they refuse.
import { z } from "@hono/zod-openapi";
import { PeopleChange } from "../../shared/contracts/people.ts";
import { problemResponses } from "./problem-responses.ts";

/** The same key is the same decision, once. */
export const decisionHeaders = z.object({ "idempotency-key": z.string().min(1).max(200).optional() });

export const json = <Schema extends z.ZodType>(schema: Schema) => ({ content: { "application/json": { schema } } });

export const body = <Schema extends z.ZodType>(schema: Schema) => ({ required: true, ...json(schema) });

export const changed = { description: "What changed, and the action it can be undone by", ...json(PeopleChange) };

const REFUSED = ["invalid-request", "unauthenticated", "recognition-off", "recognition-unavailable"] as const;
const NOT_DECIDED = ["forbidden", "not-found", "idempotency-conflict", "storage-unavailable"] as const;

export const readProblems = problemResponses(...REFUSED);
export const findProblems = problemResponses(...REFUSED, "not-found");
export const pageProblems = problemResponses(...REFUSED, "invalid-cursor", "not-found");
export const changeProblems = problemResponses(...REFUSED, ...NOT_DECIDED);
export const undoProblems = problemResponses(...REFUSED, ...NOT_DECIDED, "nothing-to-undo");
export const drawProblems = problemResponses(...REFUSED, ...NOT_DECIDED, "not-ready");
