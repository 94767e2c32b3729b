// One cache of server state. Live news invalidates it; nothing is refetched just because a window got focus.
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api.ts";

const RETRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < RETRIES && !(error instanceof ApiError && !error.isRetryable),
    },
  },
});
