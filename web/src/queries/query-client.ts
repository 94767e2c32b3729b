// One cache of server state. Live news invalidates it; nothing is refetched just because a window got focus.
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api.ts";

const RETRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // Ask even when the browser believes it is offline: the server may be this machine, and old news is no answer.
      networkMode: "always",
      retry: (failures, error) => failures < RETRIES && !(error instanceof ApiError && !error.isRetryable),
    },
  },
});
