CREATE TABLE `url_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`retired_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE INDEX `url_keys_by_user` ON `url_keys` (`user_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `versions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`photo_id` text NOT NULL,
	`gen` integer NOT NULL,
	`kind` text NOT NULL,
	`ops` text NOT NULL,
	`format` text NOT NULL,
	`state` text DEFAULT 'pending' NOT NULL,
	`reason` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`width` integer,
	`height` integer,
	`bytes` integer,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `versions_of_photo` ON `versions` (`photo_id`,`gen`,`format`,`ops`);--> statement-breakpoint
CREATE INDEX `versions_by_user` ON `versions` (`user_id`,`kind`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `versions_unfinished` ON `versions` (`changed_at`) WHERE state IN ('pending', 'running');--> statement-breakpoint
ALTER TABLE `photos` ADD `link_rev` integer DEFAULT 0 NOT NULL;