CREATE TABLE `old_slugs` (
	`kind` text NOT NULL,
	`slug` text NOT NULL,
	`target_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`kind`, `slug`),
	CONSTRAINT "old_slugs_kind" CHECK("old_slugs"."kind" in ('category', 'service'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `old_slugs_target` ON `old_slugs` (`target_id`);--> statement-breakpoint
ALTER TABLE `categories` ADD `status` text DEFAULT 'ACTIVE' NOT NULL CONSTRAINT "categories_status" CHECK("status" in ('ACTIVE', 'RETIRED'));--> statement-breakpoint
ALTER TABLE `categories` ADD `version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `plans` ADD `version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `services` ADD `position` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `services` ADD `version` integer DEFAULT 1 NOT NULL;