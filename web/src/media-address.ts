// Where a page takes a picture from: the address the API names, below the session's media base. There a grant stands in for the
// cookie, so that pictures carry no credential and may live on a host of their own.
import type { UserInfo } from "../../shared/contracts/auth.ts";
import { API_BASE } from "./api.ts";
import { keys } from "./queries/keys.ts";
import { queryClient } from "./queries/query-client.ts";

/** @param address of a rendition, an original or a face, as the API names it, or of a render (/i/…); others stay as they are */
export function mediaAddress(address: string): string {
  const base = queryClient.getQueryData<UserInfo | null>(keys.session)?.mediaBase ?? null;
  if (base === null) return address;
  if (address.startsWith(`${API_BASE}/`)) return base + address.slice(API_BASE.length);
  return address.startsWith("/i/") ? base + address : address;
}
