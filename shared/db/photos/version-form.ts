// The version of the API, made of its row.
import type { PhotoId, VersionId } from "../../contracts/ids.ts";
import type { Version, VersionReason } from "../../contracts/versions.ts";
import type { VersionRow } from "./version-statements.ts";

/** Where a version's picture is: the address its options make. Relative to the origin. */
export function versionPath(row: Pick<VersionRow, "photoId" | "ops" | "format">): string {
  return `/i/${row.photoId}/${row.ops === "" ? "" : `${row.ops}/`}version.${row.format}`;
}

export function toVersion(row: VersionRow): Version {
  return {
    id: row.id as VersionId,
    photoId: row.photoId as PhotoId,
    kind: row.kind,
    ops: row.ops,
    format: row.format,
    status: row.state,
    reason: row.reason as VersionReason | null,
    width: row.width,
    height: row.height,
    bytes: row.bytes,
    createdAt: new Date(row.createdAt).toISOString(),
    url: versionPath(row),
  };
}
