// The file of a multipart form.
import { AppError } from "../../shared/contracts/errors.ts";

/**
 * @param isAnyField takes a file from whatever field has the first one, where there is none in `file`
 * @throws AppError invalid-request when the body is no form, or has no such file
 */
export async function formFile(request: Request, isAnyField = false): Promise<File> {
  let form: FormData;
  try {
    form = await request.formData();
  } catch (cause) {
    throw new AppError("invalid-request", "The body is not a multipart form.", { cause });
  }
  const named = form.get("file");
  const file = named === null && isAnyField ? [...form.values()].find((value) => value instanceof File) : named;
  if (!(file instanceof File))
    throw new AppError("invalid-request", "The form has no file in the field `file`.", {
      errors: [{ pointer: "/file", message: "is required" }],
    });
  return file;
}
