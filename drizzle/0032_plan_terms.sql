CREATE TABLE `plan_terms` (
	`plan_id` text NOT NULL,
	`number` integer NOT NULL,
	`price` integer NOT NULL,
	`quarterly_discount_percent` integer NOT NULL,
	`yearly_discount_percent` integer NOT NULL,
	`cpu_millicores` integer NOT NULL,
	`memory_mb` integer NOT NULL,
	`storage_gb` integer NOT NULL,
	`announced_at` integer NOT NULL,
	`effective_at` integer NOT NULL,
	PRIMARY KEY(`plan_id`, `number`),
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "plan_terms_effective" CHECK("plan_terms"."effective_at" >= "plan_terms"."announced_at")
) STRICT;
--> statement-breakpoint
ALTER TABLE `charges` ADD `plan_id` text;--> statement-breakpoint
ALTER TABLE `charges` ADD `terms_number` integer;--> statement-breakpoint
ALTER TABLE `plans` ADD `terms_number` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `plans` ADD `terms_effective_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `terms_number` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX `subscriptions_live_plan` ON `subscriptions` (`plan_id`,`number`) WHERE status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED');--> statement-breakpoint
CREATE INDEX `subscriptions_agreed_before` ON `subscriptions` (`plan_id`) WHERE terms_number = 0 and status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED');--> statement-breakpoint
ALTER TABLE `upgrades` ADD `from_terms_number` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `upgrades` ADD `to_terms_number` integer DEFAULT 0 NOT NULL;