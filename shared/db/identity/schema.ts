// Who may sign in, by what, and what was done: the tables of identity. Secrets are here as hashes, sealed under the
// installation's identity secret, or not at all. Times are milliseconds since 1970 (UTC).
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const apiKeys = sqliteTable(
  "api_keys",
  {
    /** SHA-256 (hex) of the whole key; the key itself is shown once. */
    hash: text().primaryKey(),
    /** What routes call it. */
    id: text().notNull().default(""),
    userId: text("user_id").notNull(),
    name: text().notNull(),
    /** The key's first characters, to tell keys apart. */
    prefix: text().notNull().default("hg_"),
    /** JSON array of scopes. */
    scopes: text({ mode: "json" }).$type<string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at"),
    /** Written at most once an hour. */
    lastUsedAt: integer("last_used_at"),
    revokedAt: integer("revoked_at"),
    /** As a session's. */
    socketsClosedAt: integer("sockets_closed_at"),
  },
  (t) => [
    index("api_keys_by_user").on(t.userId),
    index("api_keys_by_id").on(t.id),
    index("api_keys_to_close").on(t.revokedAt).where(sql`revoked_at IS NOT NULL AND sockets_closed_at IS NULL`),
  ],
);

/** A signed-in browser. A row that ended stays a while, so that its sockets can be closed and its owner can see it. */
export const sessions = sqliteTable(
  "sessions",
  {
    /** SHA-256 (hex) of the cookie's secret. */
    hash: text().primaryKey(),
    /** What routes and media grants call it. */
    id: text().notNull().default(""),
    userId: text("user_id").notNull(),
    method: text({ enum: ["passkey", "email", "password", "oidc", "link"] })
      .notNull()
      .default("link"),
    /** The identity provider of an OIDC session, and its ID token, sealed, for signing out there. */
    providerId: text("provider_id"),
    idTokenSealed: text("id_token_sealed"),
    /** When the user last proved who they are: sensitive acts want it recent. */
    authenticatedAt: integer("authenticated_at").notNull().default(0),
    /** Written at most once an hour. */
    lastSeenAt: integer("last_seen_at").notNull().default(0),
    /** What a sessions list shows: browser and system, and the /24 or /48 it came from. */
    userAgent: text("user_agent"),
    network: text(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    revokedAt: integer("revoked_at"),
    /** When the hub confirmed that the session's sockets are closed; the sweep tells it again until it did. */
    socketsClosedAt: integer("sockets_closed_at"),
  },
  (t) => [
    index("sessions_by_user").on(t.userId),
    index("sessions_by_id").on(t.id),
    index("sessions_to_close").on(t.revokedAt).where(sql`revoked_at IS NOT NULL AND sockets_closed_at IS NULL`),
  ],
);

export const passkeys = sqliteTable(
  "passkeys",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    /** Base64url, as the authenticator names it. */
    credentialId: text("credential_id").notNull(),
    /** Base64url of the COSE key. */
    publicKey: text("public_key").notNull(),
    /** The authenticator's signature counter; advisory, synced passkeys keep it at 0. */
    counter: integer().notNull().default(0),
    /** JSON array of transports. */
    transports: text({ mode: "json" }).$type<string[]>().notNull(),
    name: text().notNull(),
    isSynced: integer("is_synced", { mode: "boolean" }).notNull(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
  },
  (t) => [uniqueIndex("passkeys_credential").on(t.credentialId), index("passkeys_by_user").on(t.userId)],
);

/** What must be used once and soon: WebAuthn challenges and OIDC transactions. Spent by DELETE … RETURNING. */
export const challenges = sqliteTable(
  "challenges",
  {
    /** SHA-256 (hex) of the secret in the browser's `__Host-` pre-session cookie, with the purpose. */
    hash: text().primaryKey(),
    purpose: text({ enum: ["passkey-sign-in", "passkey-add", "passkey-confirm", "oidc", "register"] }).notNull(),
    userId: text("user_id"),
    payload: text({ mode: "json" }).notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (t) => [index("challenges_age").on(t.expiresAt)],
);

/** One-time links. The token of one that is mailed is derived from its id under the identity secret, never stored. */
export const signInLinks = sqliteTable(
  "sign_in_links",
  {
    hash: text().primaryKey(),
    id: text().notNull().default(""),
    userId: text("user_id").notNull(),
    /** setup: the owner's first, printed in the terminal · verify: proves that an address is the user's. */
    purpose: text({ enum: ["sign-in", "setup", "verify"] })
      .notNull()
      .default("sign-in"),
    email: text(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (t) => [index("sign_in_links_by_user").on(t.userId), index("sign_in_links_age").on(t.expiresAt)],
);

export const invitations = sqliteTable(
  "invitations",
  {
    id: text().primaryKey(),
    hash: text().notNull(),
    /** Null for an invitation handed over as a link. */
    email: text(),
    role: text({ enum: ["admin", "member"] }).notNull(),
    quotaBytes: integer("quota_bytes"),
    invitedBy: text("invited_by").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    acceptedAt: integer("accepted_at"),
    acceptedBy: text("accepted_by"),
    revokedAt: integer("revoked_at"),
  },
  (t) => [uniqueIndex("invitations_hash").on(t.hash), index("invitations_newest").on(t.createdAt)],
);

/** An OpenID Connect provider that admins allow people to sign in with. */
export const identityProviders = sqliteTable("identity_providers", {
  /** A slug; part of the redirect URI. */
  id: text().primaryKey(),
  name: text().notNull(),
  issuer: text().notNull(),
  clientId: text("client_id").notNull(),
  clientSecretSealed: text("client_secret_sealed"),
  scopes: text().notNull(),
  preset: text({ enum: ["generic", "keycloak"] }).notNull(),
  /** Path of the claim that holds roles, with dots; null maps none. */
  roleClaim: text("role_claim"),
  /** JSON: the provider's role to ours. */
  roleMap: text("role_map", { mode: "json" }).$type<Record<string, string>>().notNull(),
  allowSignUp: integer("allow_sign_up", { mode: "boolean" }).notNull(),
  /** A verified address of the provider may open the account that has the same verified address here. */
  trustEmail: integer("trust_email", { mode: "boolean" }).notNull(),
  isEnabled: integer("is_enabled", { mode: "boolean" }).notNull(),
  createdAt: integer("created_at").notNull(),
});

/** A user's account at a provider: (provider, subject) is the identity, never the address. */
export const identities = sqliteTable(
  "identities",
  {
    providerId: text("provider_id").notNull(),
    subject: text().notNull(),
    userId: text("user_id").notNull(),
    email: text(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
  },
  (t) => [primaryKey({ columns: [t.providerId, t.subject] }), index("identities_by_user").on(t.userId)],
);

/** The installation's switches; what is absent has its default in the contract. */
export const settings = sqliteTable("settings", {
  name: text().primaryKey(),
  value: text({ mode: "json" }).notNull(),
  changedAt: integer("changed_at").notNull(),
});

/** Programs that may ask for access: apps (code), devices, services (client credentials). */
export const oauthClients = sqliteTable(
  "oauth_clients",
  {
    id: text().primaryKey(),
    /** Whose it is: a service acts as this user; an app only asks. */
    userId: text("user_id").notNull(),
    name: text().notNull(),
    kind: text({ enum: ["app", "device", "service"] }).notNull(),
    /** SHA-256 (hex) of the secret; null for a public client. */
    secretHash: text("secret_hash"),
    redirectUris: text("redirect_uris", { mode: "json" }).$type<string[]>().notNull(),
    scopes: text({ mode: "json" }).$type<string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    revokedAt: integer("revoked_at"),
  },
  (t) => [index("oauth_clients_by_user").on(t.userId)],
);

/** Authorization codes: single use, one minute. A second use revokes what the first one brought. */
export const oauthCodes = sqliteTable(
  "oauth_codes",
  {
    hash: text().primaryKey(),
    clientId: text("client_id").notNull(),
    userId: text("user_id").notNull(),
    redirectUri: text("redirect_uri").notNull(),
    /** PKCE S256. */
    codeChallenge: text("code_challenge").notNull(),
    scopes: text({ mode: "json" }).$type<string[]>().notNull(),
    nonce: text(),
    authenticatedAt: integer("authenticated_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
    grantId: text("grant_id"),
  },
  (t) => [index("oauth_codes_age").on(t.expiresAt)],
);

export const oauthDevices = sqliteTable(
  "oauth_devices",
  {
    /** SHA-256 (hex) of the device code. */
    hash: text().primaryKey(),
    /** What the person types; unique while it lives. */
    userCode: text("user_code").notNull(),
    clientId: text("client_id").notNull(),
    scopes: text({ mode: "json" }).$type<string[]>().notNull(),
    /** Who approved it; null while nobody did. */
    userId: text("user_id"),
    decision: text({ enum: ["approved", "denied"] }),
    authenticatedAt: integer("authenticated_at"),
    /** Seconds the client must wait between polls; grows when it does not. */
    intervalSeconds: integer("interval_seconds").notNull(),
    polledAt: integer("polled_at"),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (t) => [uniqueIndex("oauth_devices_user_code").on(t.userCode), index("oauth_devices_age").on(t.expiresAt)],
);

/**
 * A grant: a user lets a client act for them. Its refresh tokens are a family: the current one is derived from the grant's
 * id and generation under the identity secret, and nothing of it is stored.
 */
export const oauthGrants = sqliteTable(
  "oauth_grants",
  {
    id: text().primaryKey(),
    clientId: text("client_id").notNull(),
    userId: text("user_id").notNull(),
    scopes: text({ mode: "json" }).$type<string[]>().notNull(),
    /** The refresh token that is good now; 0 when none was issued. */
    generation: integer().notNull(),
    rotatedAt: integer("rotated_at").notNull(),
    authenticatedAt: integer("authenticated_at").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    revokedAt: integer("revoked_at"),
    revokedBecause: text("revoked_because", { enum: ["user", "client", "reuse", "account"] }),
    /** As a session's. */
    socketsClosedAt: integer("sockets_closed_at"),
  },
  (t) => [
    index("oauth_grants_by_user").on(t.userId),
    index("oauth_grants_by_client").on(t.clientId),
    index("oauth_grants_to_close").on(t.revokedAt).where(sql`revoked_at IS NOT NULL AND sockets_closed_at IS NULL`),
  ],
);

/** ES256 keys of our tokens. The private half is sealed under the identity secret. */
export const signingKeys = sqliteTable("signing_keys", {
  kid: text().primaryKey(),
  /** JSON Web Key, public. */
  publicJwk: text("public_jwk", { mode: "json" }).notNull(),
  privateSealed: text("private_sealed").notNull(),
  createdAt: integer("created_at").notNull(),
  /** When it starts to sign: later than created, so that everybody's copy of the key set has it. */
  signsFrom: integer("signs_from").notNull(),
  /** When it leaves the key set; null while it is, or will be, in use. */
  retiresAt: integer("retires_at"),
});

/** Security-relevant acts. Append-only; no secret, no address in clear beyond the user's own. */
export const auditEvents = sqliteTable(
  "audit_events",
  {
    id: text().primaryKey(),
    at: integer().notNull(),
    action: text().notNull(),
    /** Whose account it is about; null for the installation. */
    subjectId: text("subject_id"),
    /** Who did it; null when nobody was signed in. */
    actorId: text("actor_id"),
    via: text({ enum: ["session", "api-key", "token", "system", "none"] }).notNull(),
    network: text(),
    userAgent: text("user_agent"),
    /** JSON: what a person needs to understand it. */
    details: text({ mode: "json" }).notNull(),
  },
  (t) => [
    index("audit_events_by_subject").on(t.subjectId, t.id),
    index("audit_events_by_actor").on(t.actorId, t.id),
    index("audit_events_age").on(t.at),
  ],
);

/** Letters to send: claimed before, marked after. A crash between the two leaves `sending`, which is never sent again. */
export const mailOutbox = sqliteTable(
  "mail_outbox",
  {
    id: text().primaryKey(),
    /** The same letter is written once. */
    dedupeKey: text("dedupe_key").notNull(),
    kind: text({ enum: ["sign-in", "verify", "invitation", "security-notice"] }).notNull(),
    userId: text("user_id"),
    recipient: text().notNull(),
    /** JSON: ids the letter's text and links are made from; no token. */
    payload: text({ mode: "json" }).notNull(),
    state: text({ enum: ["queued", "sending", "sent", "failed", "unknown"] }).notNull(),
    attempts: integer().notNull().default(0),
    error: text(),
    createdAt: integer("created_at").notNull(),
    claimedAt: integer("claimed_at"),
    sentAt: integer("sent_at"),
  },
  (t) => [uniqueIndex("mail_outbox_once").on(t.dedupeKey), index("mail_outbox_waiting").on(t.state, t.createdAt)],
);
