// For tests: a whole problem document of a code.
import { type ErrorCode, PROBLEM_BY_CODE, type Problem } from "../../shared/contracts/errors.ts";

export function problemOf(code: ErrorCode): Problem {
  const facts = PROBLEM_BY_CODE[code];
  return {
    type: `https://example.test/problems/${code}`,
    code,
    detail: facts.title,
    instance: "/",
    trace_id: "t",
    ...facts,
  };
}
