// The calls of those who run an installation.
import {
  AdminUserList,
  CreatedInvitation,
  type CreateInvitation,
  IdentitySettings,
  InvitationList,
  type PatchUser,
  ProviderList,
  type PutProvider,
  RecoveryLink,
} from "../../shared/contracts/admin.ts";
import { AuditPage } from "../../shared/contracts/audit.ts";
import { call, tell, toParams } from "./api.ts";

export interface AuditFilter {
  readonly cursor: string | null;
  readonly action: string | null;
  readonly user: string | null;
}

export const admin = {
  users: (q: string | null, cursor: string | null, signal: AbortSignal) =>
    call("GET", `/admin/users?${toParams({ q, cursor })}`, AdminUserList, undefined, signal),
  patchUser: (id: string, body: PatchUser) => tell("PATCH", `/admin/users/${id}`, body),
  makeSignInLink: (id: string) => call("POST", `/admin/users/${id}/sign-in-link`, RecoveryLink),
  invitations: () => call("GET", "/admin/invitations", InvitationList),
  invite: (body: CreateInvitation) => call("POST", "/admin/invitations", CreatedInvitation, body),
  revokeInvitation: (id: string) => tell("DELETE", `/admin/invitations/${encodeURIComponent(id)}`),
  identity: () => call("GET", "/admin/identity", IdentitySettings),
  /** `isForced` goes ahead although somebody is then left without a way in. */
  putIdentity: ({ isForced, ...body }: IdentitySettings & { isForced?: boolean }) =>
    call("PUT", `/admin/identity${isForced === true ? "?force=true" : ""}`, IdentitySettings, body),
  providers: () => call("GET", "/admin/providers", ProviderList),
  putProvider: (id: string, body: PutProvider) => tell("PUT", `/admin/providers/${encodeURIComponent(id)}`, body),
  removeProvider: ({ id, isForced }: { id: string; isForced: boolean }) =>
    tell("DELETE", `/admin/providers/${encodeURIComponent(id)}${isForced ? "?force=true" : ""}`),
  audit: (filter: AuditFilter) => call("GET", `/admin/audit?${toParams(filter)}`, AuditPage),
};
