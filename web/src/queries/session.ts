// Who is signed in. A 401 is an answer ("nobody"), not an error.
import { useQuery } from "@tanstack/react-query";
import type { UserInfo } from "../../../shared/contracts/auth.ts";
import { ApiError, auth } from "../api.ts";
import { keys } from "./keys.ts";
import { queryClient } from "./query-client.ts";

async function whoAmI(): Promise<UserInfo | null> {
  try {
    return await auth.userinfo();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export function useSession() {
  return useQuery({ queryKey: keys.session, queryFn: whoAmI, staleTime: 60_000 });
}

export async function signInWithToken(token: string): Promise<void> {
  await auth.link(token);
  // A question asked before the cookie existed may still be on its way; its "nobody" must not win.
  await queryClient.cancelQueries({ queryKey: keys.session });
  queryClient.setQueryData(keys.session, await auth.userinfo());
}

export async function signOut(): Promise<void> {
  await auth.logout();
  queryClient.clear();
}
