CREATE TABLE `live_sums` (
	`plan_id` text NOT NULL,
	`status` text NOT NULL,
	`billing_cycle` text NOT NULL,
	`total` integer NOT NULL,
	`gifts` integer NOT NULL,
	`price` integer NOT NULL,
	PRIMARY KEY(`plan_id`, `status`, `billing_cycle`),
	CONSTRAINT "live_sums_total" CHECK("live_sums"."total" >= 0 and "live_sums"."gifts" between 0 and "live_sums"."total"),
	CONSTRAINT "live_sums_price" CHECK("live_sums"."price" >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `mails_billing` ON `mails` ((data ->> '$.billingId'),`id`) WHERE data ->> '$.billingId' is not null;--> statement-breakpoint
CREATE INDEX `subscriptions_status_number` ON `subscriptions` (`status`,`number`);--> statement-breakpoint
CREATE INDEX `subscriptions_suspended_by` ON `subscriptions` (`suspended_by`,`number`) WHERE suspended_by is not null;--> statement-breakpoint
CREATE INDEX `subscriptions_service` ON `subscriptions` (`service_id`,`number`);--> statement-breakpoint
CREATE INDEX `subscriptions_plan_number` ON `subscriptions` (`plan_id`,`number`);--> statement-breakpoint
CREATE INDEX `subscriptions_cycle_number` ON `subscriptions` (`billing_cycle`,`number`);--> statement-breakpoint
CREATE INDEX `subscriptions_bonus` ON `subscriptions` (`is_bonus`,`number`);--> statement-breakpoint
CREATE INDEX `subscriptions_created` ON `subscriptions` (`created_at`,`number`);--> statement-breakpoint
CREATE INDEX `subscriptions_ended_at` ON `subscriptions` (`ended_at`,`status`) WHERE ended_at is not null;