// Source to pixels in memory, no larger than the result needs. Turns, cuts and resizes nothing.
import { RenderRefusal, type RenderState } from "../render-state.ts";

export async function decode(state: RenderState): Promise<void> {
  const { opened, photo, geometry } = state;
  const { crop, resized } = geometry;
  const decoded = await opened.decode((seen) => ({
    widthPx: Math.min(seen.widthPx, Math.ceil((resized.widthPx * photo.widthPx) / crop.widthPx)),
    heightPx: Math.min(seen.heightPx, Math.ceil((resized.heightPx * photo.heightPx) / crop.heightPx)),
  }));
  switch (decoded.kind) {
    case "decoded":
      state.picture = { kind: "decoded", original: decoded };
      state.iccProfile = decoded.iccProfile;
      return;
    case "skipped":
      throw new RenderRefusal("unsupported", decoded.detail);
    case "failed":
      throw new RenderRefusal(decoded.reason === "too-large" ? "too-large" : "corrupt", decoded.detail);
  }
}
