CREATE TABLE `voucher_uses` (
	`id` text PRIMARY KEY NOT NULL,
	`voucher_id` text NOT NULL,
	`user_id` text NOT NULL,
	`nth` integer NOT NULL,
	`subscription_id` text,
	`top_up_id` text,
	`amount` integer NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`released_at` integer,
	FOREIGN KEY (`voucher_id`) REFERENCES `vouchers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`top_up_id`) REFERENCES `top_ups`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "voucher_uses_status_word" CHECK("voucher_uses"."status" in ('RESERVED', 'USED', 'RELEASED')),
	CONSTRAINT "voucher_uses_amount" CHECK("voucher_uses"."amount" > 0),
	CONSTRAINT "voucher_uses_nth_counts" CHECK("voucher_uses"."nth" > 0),
	CONSTRAINT "voucher_uses_one_order" CHECK("voucher_uses"."subscription_id" is null or "voucher_uses"."top_up_id" is null),
	CONSTRAINT "voucher_uses_reserved" CHECK("voucher_uses"."status" <> 'RESERVED' or "voucher_uses"."top_up_id" is not null),
	CONSTRAINT "voucher_uses_released" CHECK(("voucher_uses"."status" = 'RELEASED') = ("voucher_uses"."released_at" is not null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `voucher_uses_voucher` ON `voucher_uses` (`voucher_id`,`id`);--> statement-breakpoint
CREATE INDEX `voucher_uses_status` ON `voucher_uses` (`voucher_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `voucher_uses_most` ON `voucher_uses` (`voucher_id`,`nth`) WHERE status <> 'RELEASED';--> statement-breakpoint
CREATE UNIQUE INDEX `voucher_uses_nth` ON `voucher_uses` (`voucher_id`,`user_id`,`nth`) WHERE status <> 'RELEASED';--> statement-breakpoint
CREATE UNIQUE INDEX `voucher_uses_subscription` ON `voucher_uses` (`subscription_id`) WHERE subscription_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `voucher_uses_top_up` ON `voucher_uses` (`top_up_id`) WHERE top_up_id is not null;--> statement-breakpoint
CREATE TABLE `vouchers` (
	`id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`purpose` text NOT NULL,
	`amount` integer,
	`percent` integer,
	`maximum` integer,
	`plan_ids` text DEFAULT '[]' NOT NULL,
	`service_ids` text DEFAULT '[]' NOT NULL,
	`minimum_amount` integer DEFAULT 0 NOT NULL,
	`new_customers_only` integer DEFAULT false NOT NULL,
	`valid_from` integer NOT NULL,
	`valid_until` integer,
	`max_uses` integer,
	`per_customer` integer DEFAULT 1 NOT NULL,
	`used` integer DEFAULT 0 NOT NULL,
	`note` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`created_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "vouchers_code_form" CHECK(length("vouchers"."code") between 4 and 32 and "vouchers"."code" not glob '*[^A-Z0-9]*'),
	CONSTRAINT "vouchers_purpose_word" CHECK("vouchers"."purpose" in ('first_period', 'top_up', 'credit')),
	CONSTRAINT "vouchers_worth" CHECK(("vouchers"."amount" is null) <> ("vouchers"."percent" is null) and coalesce("vouchers"."amount", 1) between 1 and 1000000000000
        and coalesce("vouchers"."percent", 1) between 1 and 100 and ("vouchers"."maximum" is null or ("vouchers"."percent" is not null and "vouchers"."maximum" > 0))),
	CONSTRAINT "vouchers_credit" CHECK("vouchers"."purpose" <> 'credit' or ("vouchers"."amount" is not null and "vouchers"."max_uses" is not null and "vouchers"."minimum_amount" = 0)),
	CONSTRAINT "vouchers_of_plans" CHECK("vouchers"."purpose" = 'first_period' or ("vouchers"."plan_ids" = '[]' and "vouchers"."service_ids" = '[]')),
	CONSTRAINT "vouchers_minimum" CHECK("vouchers"."minimum_amount" >= 0),
	CONSTRAINT "vouchers_time" CHECK("vouchers"."valid_until" is null or "vouchers"."valid_until" >= "vouchers"."valid_from"),
	CONSTRAINT "vouchers_used" CHECK("vouchers"."used" >= 0 and ("vouchers"."max_uses" is null or ("vouchers"."max_uses" > 0 and "vouchers"."used" <= "vouchers"."max_uses"))),
	CONSTRAINT "vouchers_per_customer" CHECK("vouchers"."per_customer" between 1 and 100)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `vouchers_code` ON `vouchers` (`code`);--> statement-breakpoint
CREATE INDEX `vouchers_purpose` ON `vouchers` (`purpose`,`id`);--> statement-breakpoint
ALTER TABLE `charges` ADD `discount` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `charges` ADD `voucher_code` text CONSTRAINT "charges_discount" CHECK(("charges"."discount" > 0) = ("charges"."voucher_code" is not null) and "charges"."discount" >= 0);--> statement-breakpoint
ALTER TABLE `top_ups` ADD `bonus` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `voucher_code` text CONSTRAINT "top_ups_bonus" CHECK(("top_ups"."bonus" > 0) = ("top_ups"."voucher_code" is not null) and "top_ups"."bonus" >= 0);
