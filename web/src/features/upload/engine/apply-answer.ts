// What a manifest's answer means for a row. Pure.
import type { ManifestAnswer } from "../../../../../shared/contracts/batches.ts";
import { advance, type UploadRecord } from "./upload-record.ts";

export function applyAnswer(record: UploadRecord, answer: ManifestAnswer | undefined): UploadRecord {
  if (!answer) {
    return advance(record, { trouble: { cause: "internal", detail: "The server did not answer for this file" } });
  }
  switch (answer.action) {
    case "exists":
      // Its bytes already travelled from here: then it is ours, not a duplicate.
      return advance(record, { step: record.sends > 0 ? "stored" : "duplicate", photoId: answer.photoId });
    case "put":
    case "tus":
      return advance(record, {
        step: "assigned",
        photoId: answer.photoId,
        url: answer.url,
        how: answer.action,
      });
    case "rejected":
      return advance(record, { trouble: { cause: answer.problem.code, detail: answer.problem.detail } });
  }
}
