// Who is signed in, coming and going. A 401 is an answer ("nobody"), not an error. Other tabs hear of every change.
import { useQuery } from "@tanstack/react-query";
import type { UserInfo } from "../../../shared/contracts/auth.ts";
import { ApiError, auth } from "../api.ts";
import { forgetOthers } from "./forget-user.ts";
import { keys } from "./keys.ts";
import { queryClient } from "./query-client.ts";

/** Whose data this browser may hold: told apart from whoever signs in next, also after a reload. */
const HOLDER_KEY = "heliograph-holder";
const tabs = new BroadcastChannel("heliograph-session");

/** Whose pages this document has shown. Its memory is theirs alone. */
let shownUserId: string | null = null;

async function whoAmI(): Promise<UserInfo | null> {
  try {
    return await adopt(await auth.userinfo());
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** Nothing of whoever was here before is left when this answers. */
async function adopt(user: UserInfo): Promise<UserInfo> {
  const holder = localStorage.getItem(HOLDER_KEY);
  if (holder !== user.sub) {
    if (holder !== null) await forgetOthers(user.sub);
    localStorage.setItem(HOLDER_KEY, user.sub);
  }
  if (shownUserId !== null && shownUserId !== user.sub) {
    location.reload();
    return new Promise(() => {});
  }
  shownUserId = user.sub;
  return user;
}

export function useSession() {
  return useQuery({ queryKey: keys.session, queryFn: whoAmI, staleTime: 60_000 });
}

/** After an answer that set the cookie: reads who that is, and tells the other tabs. */
export async function enter(): Promise<void> {
  // A question asked before the cookie existed may still be on its way; its "nobody" must not win.
  await queryClient.cancelQueries({ queryKey: keys.session });
  const user = await adopt(await auth.userinfo());
  queryClient.setQueryData(keys.session, user);
  tabs.postMessage(user.sub);
}

export const isAdmin = (user: UserInfo): boolean => user.role === "owner" || user.role === "admin";

export async function refreshSession(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keys.session });
}

/** Asks again, now: what was true a moment ago may have ended. Pages follow by themselves. */
export function askSession(): Promise<UserInfo | null> {
  return queryClient.fetchQuery({ queryKey: keys.session, queryFn: whoAmI, staleTime: 0 });
}

/**
 * Ends the session and answers where to go: always by loading a document, so that nothing stays in memory. What waits to be
 * sent stays for `returningUserId` alone, who is about to sign in again; null keeps nothing.
 */
export async function signOut(letGo: () => Promise<void>, returningUserId: string | null = null): Promise<string> {
  const { providerLogoutUrl } = await auth.logout();
  await letGo();
  tabs.postMessage(null);
  await forgetOthers(returningUserId);
  // Whoever comes instead finds nothing of it: adopt() sees that they are somebody else.
  if (returningUserId !== null) localStorage.setItem(HOLDER_KEY, returningUserId);
  return providerLogoutUrl ?? "/login";
}

tabs.onmessage = ({ data }: MessageEvent<string | null>) => {
  // This tab shows somebody who is no longer here.
  if (shownUserId !== null && data !== shownUserId) location.reload();
  else void refreshSession();
};
window.addEventListener("pageshow", ({ persisted }) => {
  // Out of the browser's memory of pages: whoever it shows may have left since.
  if (persisted) void refreshSession();
});
