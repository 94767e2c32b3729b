// The OpenAPI document of the server this page came from.
import { useQuery } from "@tanstack/react-query";
import { send } from "../../api.ts";
import { keys } from "../../queries/keys.ts";
import type { OpenApi } from "./open-api.ts";

export function useApiDocument() {
  return useQuery({
    queryKey: keys.apiDocument,
    // It is our own server's, and read with care: what is not in it is not shown.
    queryFn: async ({ signal }) => (await (await send("GET", "/openapi.json", { signal })).json()) as OpenApi,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
