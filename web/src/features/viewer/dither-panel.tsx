// The viewer's Dither tab.
import { Notice } from "../../ui/notice.tsx";
import type { MakerProps } from "./viewer-tabs.tsx";

export function DitherPanel({ photo }: MakerProps) {
  return <Notice title="Being built">{photo.filename}</Notice>;
}
