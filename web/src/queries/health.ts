// The health document, read again every ten seconds while somebody looks.
import { useQuery } from "@tanstack/react-query";
import { health } from "../api.ts";
import { keys } from "./keys.ts";

export const HEALTH_EVERY_MS = 10_000;

export function useHealth(isWatched: boolean) {
  return useQuery({
    queryKey: keys.health,
    queryFn: ({ signal }) => health.get(signal),
    retry: 0,
    staleTime: isWatched ? 0 : 60_000,
    refetchInterval: isWatched ? HEALTH_EVERY_MS : false,
  });
}
