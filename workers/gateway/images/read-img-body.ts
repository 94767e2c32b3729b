// The body of POST /api/v1/img as its callers send it: JSON, whatever the header says. `curl -d` calls it a form.
import { AppError } from "../../../shared/contracts/errors.ts";
import { CreateImg } from "../../../shared/contracts/images.ts";
import { invalidRequest } from "../problem.ts";

/** @throws AppError invalid-request */
export function readImgBody(text: string): CreateImg {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid-request", "The body is not JSON.", { cause });
  }
  const parsed = CreateImg.safeParse(body);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}
