CREATE TABLE `consent_records` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`purpose` text NOT NULL,
	`decision` text NOT NULL,
	`version` integer NOT NULL,
	`source` text NOT NULL,
	`decided_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `consent_records_by_user` ON `consent_records` (`user_id`,`decided_at`);--> statement-breakpoint
CREATE TABLE `face_exclusions` (
	`user_id` text NOT NULL,
	`face_id` text NOT NULL,
	`person_id` text NOT NULL,
	`action_id` text NOT NULL,
	PRIMARY KEY(`user_id`, `face_id`, `person_id`),
	FOREIGN KEY (`face_id`) REFERENCES `faces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `face_vectors` (
	`face_id` text NOT NULL,
	`model_id` text NOT NULL,
	`user_id` text NOT NULL,
	`photo_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`sealed` text NOT NULL,
	PRIMARY KEY(`face_id`, `model_id`),
	FOREIGN KEY (`face_id`) REFERENCES `faces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `face_vectors_by_user` ON `face_vectors` (`user_id`,`model_id`,`face_id`);--> statement-breakpoint
CREATE INDEX `face_vectors_by_photo` ON `face_vectors` (`photo_id`);--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text,
	`is_hidden` integer DEFAULT false NOT NULL,
	`cover_face_id` text,
	`birthday` text,
	`made_by` text NOT NULL,
	`merged_into` text,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `people_by_user` ON `people` (`user_id`,`merged_into`);--> statement-breakpoint
CREATE TABLE `people_actions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`request_key` text NOT NULL,
	`summary` text NOT NULL,
	`changes` text NOT NULL,
	`created_at` integer NOT NULL,
	`undone_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `people_actions_request` ON `people_actions` (`user_id`,`request_key`);--> statement-breakpoint
CREATE INDEX `people_actions_by_user` ON `people_actions` (`user_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `people_separations` (
	`user_id` text NOT NULL,
	`person_a` text NOT NULL,
	`person_b` text NOT NULL,
	`action_id` text NOT NULL,
	PRIMARY KEY(`user_id`, `person_a`, `person_b`)
);
--> statement-breakpoint
ALTER TABLE `faces` ADD `origin` text DEFAULT 'detected' NOT NULL;--> statement-breakpoint
ALTER TABLE `faces` ADD `assigned_by` text;--> statement-breakpoint
ALTER TABLE `faces` ADD `is_dismissed` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `face_consent` text DEFAULT 'unset' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `face_epoch` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `face_model_id` text;