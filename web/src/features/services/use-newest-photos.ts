// The newest photos, to try things with.
import { useQuery } from "@tanstack/react-query";
import { photos } from "../../api.ts";
import { keys } from "../../queries/keys.ts";

const OFFERED = 24;

export function useNewestPhotos() {
  return useQuery({
    queryKey: keys.photosToTry,
    queryFn: ({ signal }) => photos.list({ limit: OFFERED }, signal),
    staleTime: 60_000,
  });
}
