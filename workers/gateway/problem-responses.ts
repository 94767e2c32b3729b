// The problem answers of a route, for its OpenAPI contract.
import { type ErrorCode, PROBLEM_BY_CODE, Problem } from "../../shared/contracts/errors.ts";

interface ProblemResponse {
  description: string;
  content: { "application/problem+json": { schema: typeof Problem } };
}

/** One entry per status; codes that share a status share an entry that names them all. */
export function problemResponses(...codes: ErrorCode[]): Record<number, ProblemResponse> {
  const byStatus: Record<number, ProblemResponse> = {};
  for (const code of codes) {
    const { status, title } = PROBLEM_BY_CODE[code];
    const before = byStatus[status]?.description;
    byStatus[status] = {
      description: `${before === undefined ? "" : `${before}; `}${code}: ${title}`,
      content: { "application/problem+json": { schema: Problem } },
    };
  }
  return byStatus;
}
