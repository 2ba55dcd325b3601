CREATE TABLE `downtimes` (
	`started_at` integer PRIMARY KEY NOT NULL,
	`ended_at` integer NOT NULL,
	CONSTRAINT "downtimes_span" CHECK("downtimes"."ended_at" > "downtimes"."started_at")
) STRICT;
--> statement-breakpoint
CREATE TABLE `heartbeat` (
	`id` integer PRIMARY KEY NOT NULL,
	`seen_at` integer NOT NULL,
	CONSTRAINT "heartbeat_one" CHECK("heartbeat"."id" = 1)
) STRICT;
--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `anchor_period` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `anchor_months` integer DEFAULT 0 NOT NULL
	CONSTRAINT "subscriptions_anchor" CHECK("subscriptions"."anchor_period" between 0 and "subscriptions"."period_index" + 1 and "subscriptions"."anchor_months" >= 0);
--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `stage_since` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `next_step_at` integer;
--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `notice_at` integer;
--> statement-breakpoint
ALTER TABLE `instances` ADD `deployed_at` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
DROP INDEX `subscriptions_app_kept`;
--> statement-breakpoint
CREATE INDEX `subscriptions_notice` ON `subscriptions` (`notice_at`,`number`) WHERE notice_at is not null;
--> statement-breakpoint
CREATE INDEX `subscriptions_next_step` ON `subscriptions` (`next_step_at`,`number`) WHERE next_step_at is not null;
