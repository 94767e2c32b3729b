// The file of a multipart form.
import { AppError } from "../../shared/contracts/errors.ts";

/** @throws AppError invalid-request when the body is no form, or has no file in the field `file` */
export async function formFile(request: Request): Promise<File> {
  let form: FormData;
  try {
    form = await request.formData();
  } catch (cause) {
    throw new AppError("invalid-request", "The body is not a multipart form.", { cause });
  }
  const file = form.get("file");
  if (!(file instanceof File))
    throw new AppError("invalid-request", "The form has no file in the field `file`.", {
      errors: [{ pointer: "/file", message: "is required" }],
    });
  return file;
}
