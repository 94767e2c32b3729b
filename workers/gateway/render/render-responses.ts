// What routes that answer with a picture say in their contracts.
import { z } from "@hono/zod-openapi";
import type { ErrorCode } from "../../../shared/contracts/errors.ts";
import { problemResponses } from "../problem-responses.ts";

const picture = { schema: z.any().meta({ type: "string", format: "binary" }) };

/** @param more what else the answer may be: other content, other problems */
export function renderResponses<More extends object = object>(
  description: string,
  more?: More,
  ...problems: ErrorCode[]
) {
  return {
    200: {
      description,
      content: {
        "image/jpeg": picture,
        "image/png": picture,
        "image/webp": picture,
        "image/avif": picture,
        "image/gif": picture,
        ...more,
      },
    },
    206: { description: "A part of it" },
    304: { description: "Not modified" },
    ...problemResponses(
      "invalid-request",
      "invalid-transform",
      "unauthenticated",
      "forbidden",
      "not-found",
      "not-ready",
      "recognition-off",
      "range-not-satisfiable",
      "unrenderable",
      "render-too-large",
      "too-many-requests",
      "storage-unavailable",
      ...problems,
    ),
  };
}
