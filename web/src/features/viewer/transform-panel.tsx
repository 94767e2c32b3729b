// The viewer's Transform tab.
import { Notice } from "../../ui/notice.tsx";
import type { MakerProps } from "./viewer-tabs.tsx";

export function TransformPanel({ photo }: MakerProps) {
  return <Notice title="Being built">{photo.filename}</Notice>;
}
