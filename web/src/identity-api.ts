// The calls of getting in and of one's own account. Separate from api.ts: only pages that load when visited need them.
import {
  AccountExport,
  ApiKeyList,
  type CreateApiKey,
  CreatedApiKey,
  type DeleteAccount,
  GrantList,
  LinkedIdentityList,
  type PatchAccount,
  SessionList,
  SignedOutOthers,
} from "../../shared/contracts/account.ts";
import { ClientList, type CreateClient, CreatedClient } from "../../shared/contracts/admin.ts";
import { AuditPage } from "../../shared/contracts/audit.ts";
import { AuthorizationRedirect, AuthorizationRequest, DeviceRequest } from "../../shared/contracts/oauth.ts";
import {
  InvitationInfo,
  LinkOpened,
  PasskeyList,
  type PasswordSignIn,
  type Register,
  type RequestEmailLink,
  SignInMethods,
  StartedVisit,
  WebAuthnOptions,
} from "../../shared/contracts/sign-in.ts";
import { call, tell, toParams } from "./api.ts";

/** What the browser's passkey calls make; its insides are for the server. */
type PasskeyAnswer = object;

export const waysIn = {
  methods: () => call("GET", "/auth/methods", SignInMethods),
  link: (token: string) => call("POST", "/auth/link", LinkOpened, { token }),
  emailLink: (body: RequestEmailLink) => tell("POST", "/auth/email", body),
  password: (body: PasswordSignIn) => tell("POST", "/auth/login", body),
  passkeyOptions: () => call("POST", "/auth/passkeys/sign-in/options", WebAuthnOptions),
  passkey: (response: PasskeyAnswer) => tell("POST", "/auth/passkeys/sign-in", response),
  invitation: (token: string) => call("POST", "/auth/invitation", InvitationInfo, { token }),
  register: (body: Register) => tell("POST", "/auth/register", body),
};

export const confirming = {
  password: (password: string) => tell("POST", "/auth/confirm/password", { password }),
  passkeyOptions: () => call("POST", "/auth/passkeys/confirm/options", WebAuthnOptions),
  passkey: (response: PasskeyAnswer) => tell("POST", "/auth/passkeys/confirm", response),
};

export const passkeys = {
  list: () => call("GET", "/auth/passkeys", PasskeyList),
  options: () => call("POST", "/auth/passkeys/options", WebAuthnOptions),
  add: (response: PasskeyAnswer) => tell("POST", "/auth/passkeys", { response }),
  rename: (id: string, name: string) => tell("PATCH", `/auth/passkeys/${encodeURIComponent(id)}`, { name }),
  remove: (id: string) => tell("DELETE", `/auth/passkeys/${encodeURIComponent(id)}`),
};

export const sessions = {
  list: () => call("GET", "/auth/sessions", SessionList),
  end: (id: string) => tell("DELETE", `/auth/sessions/${encodeURIComponent(id)}`),
  endOthers: () => call("POST", "/auth/sessions/end-others", SignedOutOthers),
};

export const identities = {
  list: () => call("GET", "/auth/identities", LinkedIdentityList),
  link: (provider: string) => call("POST", `/auth/identities/${provider}/link`, StartedVisit),
  unlink: (provider: string) => tell("DELETE", `/auth/identities/${provider}`),
};

export const account = {
  patch: (body: PatchAccount) => tell("PATCH", "/account", body),
  setPassword: (password: string) => tell("PUT", "/account/password", { password }),
  removePassword: () => tell("DELETE", "/account/password"),
  audit: (cursor: string | null) => call("GET", `/account/audit?${toParams({ cursor })}`, AuditPage),
  export: () => call("GET", "/account/export", AccountExport),
  remove: (body: DeleteAccount) => tell("DELETE", "/account", body),
};

export const apiKeys = {
  list: () => call("GET", "/api-keys", ApiKeyList),
  create: (body: CreateApiKey) => call("POST", "/api-keys", CreatedApiKey, body),
  revoke: (id: string) => tell("DELETE", `/api-keys/${encodeURIComponent(id)}`),
};

export const programs = {
  request: (query: string) => call("GET", `/oauth/request?${query}`, AuthorizationRequest),
  decide: (query: string, isAllowed: boolean) =>
    call("POST", "/oauth/decision", AuthorizationRedirect, { query, isAllowed }),
  findDevice: (userCode: string) => call("POST", "/oauth/device/lookup", DeviceRequest, { userCode }),
  decideDevice: (userCode: string, isAllowed: boolean) =>
    tell("POST", "/oauth/device/decision", { userCode, isAllowed }),
  grants: () => call("GET", "/oauth/grants", GrantList),
  endGrant: (id: string) => tell("DELETE", `/oauth/grants/${encodeURIComponent(id)}`),
  clients: () => call("GET", "/oauth/clients", ClientList),
  createClient: (body: CreateClient) => call("POST", "/oauth/clients", CreatedClient, body),
  removeClient: (id: string) => tell("DELETE", `/oauth/clients/${encodeURIComponent(id)}`),
};
