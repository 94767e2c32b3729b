ALTER TABLE `api_keys` ADD `sockets_closed_at` integer;--> statement-breakpoint
CREATE INDEX `api_keys_to_close` ON `api_keys` (`revoked_at`) WHERE revoked_at IS NOT NULL AND sockets_closed_at IS NULL;--> statement-breakpoint
ALTER TABLE `oauth_grants` ADD `sockets_closed_at` integer;--> statement-breakpoint
CREATE INDEX `oauth_grants_to_close` ON `oauth_grants` (`revoked_at`) WHERE revoked_at IS NOT NULL AND sockets_closed_at IS NULL;