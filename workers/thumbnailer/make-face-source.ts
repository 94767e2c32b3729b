// A picture somebody searches with -> what the embedder reads. Stores nothing: it is forgotten with the request.
import type { ImageCodecs } from "../../shared/codecs/index.ts";
import type { FaceSourceOutcome, FaceSourceRequest } from "../../shared/contracts/face-crops.ts";
import { RENDITION_WIDTHS } from "../../shared/contracts/limits.ts";

export async function makeFaceSource(
  codecs: Pick<ImageCodecs, "makeRenditions">,
  { image }: FaceSourceRequest,
): Promise<FaceSourceOutcome> {
  const made = await codecs.makeRenditions({
    sizeBytes: image.length,
    open: async () => new Blob([image as Uint8Array<ArrayBuffer>]).stream(),
  });
  if (made.kind !== "done") return { kind: "unmakeable", reason: made.reason, detail: made.detail };
  const largest = made.renditions.find(({ widthPx }) => widthPx === RENDITION_WIDTHS[0]);
  if (largest === undefined) throw new Error(`Expected a rendition of ${RENDITION_WIDTHS[0]} px. Got none.`);
  return { kind: "done", jpeg: new Uint8Array(largest.bytes) };
}
