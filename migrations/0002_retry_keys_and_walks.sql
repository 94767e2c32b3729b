CREATE TABLE `idempotency_keys` (
	`user_id` text NOT NULL,
	`key` text NOT NULL,
	`sha256` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_age` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
DROP INDEX `photos_changed`;--> statement-breakpoint
CREATE INDEX `photos_by_user` ON `photos` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `photos_purged` ON `photos` (`purged_at`) WHERE purged_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `photos_changed` ON `photos` (`user_id`,`changed_at`,`id`);