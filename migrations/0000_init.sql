CREATE TABLE `api_keys` (
	`hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE INDEX `api_keys_by_user` ON `api_keys` (`user_id`);--> statement-breakpoint
CREATE TABLE `batch_files` (
	`batch_id` text NOT NULL,
	`file_key` text NOT NULL,
	`user_id` text NOT NULL,
	`photo_id` text,
	`rejected` text,
	PRIMARY KEY(`batch_id`, `file_key`)
);
--> statement-breakpoint
CREATE INDEX `batch_files_by_photo` ON `batch_files` (`photo_id`);--> statement-breakpoint
CREATE TABLE `batches` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`client_batch_id` text NOT NULL,
	`declared` integer NOT NULL,
	`closed_at` integer,
	`created_at` integer NOT NULL,
	`touched_at` integer NOT NULL,
	`rev` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `batches_client` ON `batches` (`user_id`,`client_batch_id`);--> statement-breakpoint
CREATE INDEX `batches_open` ON `batches` (`closed_at`,`touched_at`);--> statement-breakpoint
CREATE TABLE `faces` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`photo_id` text NOT NULL,
	`gen` integer NOT NULL,
	`model_id` text NOT NULL,
	`box_x` real NOT NULL,
	`box_y` real NOT NULL,
	`box_width` real NOT NULL,
	`box_height` real NOT NULL,
	`landmarks` text NOT NULL,
	`score` real NOT NULL,
	`quality` real NOT NULL,
	`embedding` blob NOT NULL,
	`person_id` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `faces_by_photo` ON `faces` (`photo_id`,`gen`);--> statement-breakpoint
CREATE INDEX `faces_by_user` ON `faces` (`user_id`,`person_id`);--> statement-breakpoint
CREATE TABLE `photos` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`gen` integer DEFAULT 1 NOT NULL,
	`lifecycle` text NOT NULL,
	`rev` integer DEFAULT 1 NOT NULL,
	`upload_key` text NOT NULL,
	`filename` text NOT NULL,
	`mime` text NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` text,
	`width` integer,
	`height` integer,
	`taken_at` text,
	`camera` text,
	`latitude` real,
	`longitude` real,
	`favourite` integer DEFAULT false NOT NULL,
	`thumbhash` text,
	`faces` integer DEFAULT 0 NOT NULL,
	`thumbnail_state` text DEFAULT 'pending' NOT NULL,
	`thumbnail_reason` text,
	`thumbnail_ms` integer,
	`thumbnail_attempts` integer DEFAULT 0 NOT NULL,
	`thumbnail_lease_until` integer DEFAULT 0 NOT NULL,
	`index_state` text DEFAULT 'pending' NOT NULL,
	`index_reason` text,
	`index_ms` integer,
	`index_attempts` integer DEFAULT 0 NOT NULL,
	`index_lease_until` integer DEFAULT 0 NOT NULL,
	`index_model_id` text,
	`created_at` integer NOT NULL,
	`stored_at` integer,
	`deleted_at` integer,
	`purged_at` integer,
	`changed_at` integer NOT NULL,
	`nudged_at` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `photos_upload_key` ON `photos` (`user_id`,`upload_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `photos_content` ON `photos` (`user_id`,`sha256`) WHERE sha256 IS NOT NULL AND lifecycle <> 'deleted';--> statement-breakpoint
CREATE INDEX `photos_newest` ON `photos` (`user_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `photos_unfinished` ON `photos` (`changed_at`) WHERE lifecycle IN ('uploading', 'stored') AND (thumbnail_state IN ('pending', 'running') OR index_state IN ('pending', 'running'));--> statement-breakpoint
CREATE INDEX `photos_changed` ON `photos` (`user_id`,`changed_at`);--> statement-breakpoint
CREATE INDEX `photos_trash` ON `photos` (`deleted_at`) WHERE lifecycle = 'deleted';--> statement-breakpoint
CREATE TABLE `sessions` (
	`hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `sign_in_links` (
	`hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE TABLE `sweep_cursors` (
	`name` text PRIMARY KEY NOT NULL,
	`cursor` text,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`storage_bytes` integer DEFAULT 0 NOT NULL,
	`photo_count` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL
);
