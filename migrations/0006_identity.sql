CREATE TABLE `audit_events` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`action` text NOT NULL,
	`subject_id` text,
	`actor_id` text,
	`via` text NOT NULL,
	`network` text,
	`user_agent` text,
	`details` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_events_by_subject` ON `audit_events` (`subject_id`,`id`);
--> statement-breakpoint
CREATE INDEX `audit_events_by_actor` ON `audit_events` (`actor_id`,`id`);
--> statement-breakpoint
CREATE INDEX `audit_events_age` ON `audit_events` (`at`);
--> statement-breakpoint
CREATE TABLE `challenges` (
	`hash` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`user_id` text,
	`payload` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `challenges_age` ON `challenges` (`expires_at`);
--> statement-breakpoint
CREATE TABLE `identities` (
	`provider_id` text NOT NULL,
	`subject` text NOT NULL,
	`user_id` text NOT NULL,
	`email` text,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	PRIMARY KEY(`provider_id`, `subject`)
);
--> statement-breakpoint
CREATE INDEX `identities_by_user` ON `identities` (`user_id`);
--> statement-breakpoint
CREATE TABLE `identity_providers` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`issuer` text NOT NULL,
	`client_id` text NOT NULL,
	`client_secret_sealed` text,
	`scopes` text NOT NULL,
	`preset` text NOT NULL,
	`role_claim` text,
	`role_map` text NOT NULL,
	`allow_sign_up` integer NOT NULL,
	`trust_email` integer NOT NULL,
	`is_enabled` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`email` text,
	`role` text NOT NULL,
	`quota_bytes` integer,
	`invited_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`accepted_at` integer,
	`accepted_by` text,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_hash` ON `invitations` (`hash`);
--> statement-breakpoint
CREATE INDEX `invitations_newest` ON `invitations` (`created_at`);
--> statement-breakpoint
CREATE TABLE `mail_outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`dedupe_key` text NOT NULL,
	`kind` text NOT NULL,
	`user_id` text,
	`recipient` text NOT NULL,
	`payload` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`error` text,
	`created_at` integer NOT NULL,
	`claimed_at` integer,
	`sent_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mail_outbox_once` ON `mail_outbox` (`dedupe_key`);
--> statement-breakpoint
CREATE INDEX `mail_outbox_waiting` ON `mail_outbox` (`state`,`created_at`);
--> statement-breakpoint
CREATE TABLE `oauth_clients` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`secret_hash` text,
	`redirect_uris` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE INDEX `oauth_clients_by_user` ON `oauth_clients` (`user_id`);
--> statement-breakpoint
CREATE TABLE `oauth_codes` (
	`hash` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`code_challenge` text NOT NULL,
	`scopes` text NOT NULL,
	`nonce` text,
	`authenticated_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`grant_id` text
);
--> statement-breakpoint
CREATE INDEX `oauth_codes_age` ON `oauth_codes` (`expires_at`);
--> statement-breakpoint
CREATE TABLE `oauth_devices` (
	`hash` text PRIMARY KEY NOT NULL,
	`user_code` text NOT NULL,
	`client_id` text NOT NULL,
	`scopes` text NOT NULL,
	`user_id` text,
	`decision` text,
	`authenticated_at` integer,
	`interval_seconds` integer NOT NULL,
	`polled_at` integer,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `oauth_devices_user_code` ON `oauth_devices` (`user_code`);
--> statement-breakpoint
CREATE INDEX `oauth_devices_age` ON `oauth_devices` (`expires_at`);
--> statement-breakpoint
CREATE TABLE `oauth_grants` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text NOT NULL,
	`scopes` text NOT NULL,
	`generation` integer NOT NULL,
	`rotated_at` integer NOT NULL,
	`authenticated_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`revoked_because` text
);
--> statement-breakpoint
CREATE INDEX `oauth_grants_by_user` ON `oauth_grants` (`user_id`);
--> statement-breakpoint
CREATE INDEX `oauth_grants_by_client` ON `oauth_grants` (`client_id`);
--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`credential_id` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer DEFAULT 0 NOT NULL,
	`transports` text NOT NULL,
	`name` text NOT NULL,
	`is_synced` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `passkeys_credential` ON `passkeys` (`credential_id`);
--> statement-breakpoint
CREATE INDEX `passkeys_by_user` ON `passkeys` (`user_id`);
--> statement-breakpoint
CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`public_jwk` text NOT NULL,
	`private_sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`signs_from` integer NOT NULL,
	`retires_at` integer
);
--> statement-breakpoint
ALTER TABLE `api_keys` ADD `id` text DEFAULT '' NOT NULL;
--> statement-breakpoint
ALTER TABLE `api_keys` ADD `prefix` text DEFAULT 'hg_' NOT NULL;
--> statement-breakpoint
ALTER TABLE `api_keys` ADD `expires_at` integer;
--> statement-breakpoint
ALTER TABLE `api_keys` ADD `last_used_at` integer;
--> statement-breakpoint
CREATE INDEX `api_keys_by_id` ON `api_keys` (`id`);
--> statement-breakpoint
ALTER TABLE `sessions` ADD `id` text DEFAULT '' NOT NULL;
--> statement-breakpoint
ALTER TABLE `sessions` ADD `method` text DEFAULT 'link' NOT NULL;
--> statement-breakpoint
ALTER TABLE `sessions` ADD `provider_id` text;
--> statement-breakpoint
ALTER TABLE `sessions` ADD `id_token_sealed` text;
--> statement-breakpoint
ALTER TABLE `sessions` ADD `authenticated_at` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE `sessions` ADD `last_seen_at` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE `sessions` ADD `user_agent` text;
--> statement-breakpoint
ALTER TABLE `sessions` ADD `network` text;
--> statement-breakpoint
ALTER TABLE `sessions` ADD `revoked_at` integer;
--> statement-breakpoint
ALTER TABLE `sessions` ADD `sockets_closed_at` integer;
--> statement-breakpoint
CREATE INDEX `sessions_by_id` ON `sessions` (`id`);
--> statement-breakpoint
CREATE INDEX `sessions_to_close` ON `sessions` (`revoked_at`) WHERE revoked_at IS NOT NULL AND sockets_closed_at IS NULL;
--> statement-breakpoint
ALTER TABLE `sign_in_links` ADD `id` text DEFAULT '' NOT NULL;
--> statement-breakpoint
ALTER TABLE `sign_in_links` ADD `purpose` text DEFAULT 'sign-in' NOT NULL;
--> statement-breakpoint
ALTER TABLE `sign_in_links` ADD `email` text;
--> statement-breakpoint
CREATE INDEX `sign_in_links_by_user` ON `sign_in_links` (`user_id`);
--> statement-breakpoint
CREATE INDEX `sign_in_links_age` ON `sign_in_links` (`expires_at`);
--> statement-breakpoint
ALTER TABLE `users` ADD `email` text;
--> statement-breakpoint
ALTER TABLE `users` ADD `email_verified_at` integer;
--> statement-breakpoint
ALTER TABLE `users` ADD `status` text DEFAULT 'active' NOT NULL;
--> statement-breakpoint
ALTER TABLE `users` ADD `delete_after` integer;
--> statement-breakpoint
ALTER TABLE `users` ADD `purged_at` integer;
--> statement-breakpoint
ALTER TABLE `users` ADD `password_hash` text;
--> statement-breakpoint
ALTER TABLE `users` ADD `quota_bytes` integer;
--> statement-breakpoint
ALTER TABLE `users` ADD `quota_photos` integer;
--> statement-breakpoint
ALTER TABLE `users` ADD `reserved_bytes` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE `users` ADD `reserved_photos` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email` ON `users` (`email`);
--> statement-breakpoint
CREATE INDEX `users_closing` ON `users` (`delete_after`) WHERE status = 'closing';
--> statement-breakpoint
-- What was made before there were ids gets one; sessions and links are signed in to and printed anew.
UPDATE api_keys SET id = lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || substr(lower(hex(randomblob(2))), 2) || '-8' || substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6))) WHERE id = '';
--> statement-breakpoint
DELETE FROM sessions;
--> statement-breakpoint
DELETE FROM sign_in_links;
