// The faces of one photo with the decisions on their way over them, and which one is pointed at, here or in the list.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Face, Photo } from "../../../../shared/contracts/photos.ts";
import { photos as api } from "../../api.ts";
import { keys } from "../../queries/keys.ts";
import { isolate } from "../../ui/isolate.tsx";
import { usePeopleEdits } from "../people/edit-store.ts";
import { editPhotoFaces } from "../people/people-edits.ts";

export interface PhotoFaces {
  readonly faces: readonly Face[];
  readonly state: "loading" | "ready" | "failed";
  readonly error: unknown;
  readonly retry: () => void;
}

export function usePhotoFaces(photo: Photo | undefined, isWanted: boolean): PhotoFaces {
  const isIndexed = photo?.stages.index.state === "done";
  const query = useQuery({
    queryKey: keys.faces(photo?.id ?? ""),
    queryFn: ({ signal }) => api.faces(photo?.id ?? "", signal),
    enabled: isWanted && isIndexed,
  });
  const edits = usePeopleEdits();
  const faces = useMemo(() => editPhotoFaces(query.data?.items ?? [], edits), [query.data, edits]);
  return {
    faces,
    state: query.isError ? "failed" : query.isPending && isIndexed ? "loading" : "ready",
    error: query.error,
    retry: () => void query.refetch(),
  };
}

/** What a face is called in a sentence: the person, or its number in the photo. */
export function faceLabel(face: Face, at: number): string {
  if (face.personName !== null) return isolate(face.personName);
  return face.person === null ? `Face ${at + 1}` : `Unnamed person, face ${at + 1}`;
}
