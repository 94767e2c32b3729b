// The pinned models, validated. The one reader of lockfile.json in Node; Workers import the JSON themselves.
import { ModelLockfile } from "../shared/contracts/models.ts";
import lockfile from "./lockfile.json" with { type: "json" };

/** @throws ZodError when somebody broke the file. */
export function readModelLockfile(): ModelLockfile {
  return ModelLockfile.parse(lockfile);
}
