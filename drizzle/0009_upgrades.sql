CREATE TABLE `upgrades` (
	`subscription_id` text NOT NULL,
	`number` integer NOT NULL,
	`from_plan_id` text NOT NULL,
	`to_plan_id` text NOT NULL,
	`from_price` integer NOT NULL,
	`to_price` integer NOT NULL,
	`charged` integer NOT NULL,
	`from_cpu_millicores` integer NOT NULL,
	`from_memory_mb` integer NOT NULL,
	`from_storage_gb` integer NOT NULL,
	`to_storage_gb` integer NOT NULL,
	`was_failing` integer NOT NULL,
	`status` text NOT NULL,
	`resized_at` integer,
	`reason` text,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`subscription_id`, `number`),
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`from_plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to_plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "upgrades_status" CHECK("upgrades"."status" in ('PENDING', 'DONE', 'ROLLED_BACK')),
	CONSTRAINT "upgrades_ended" CHECK(("upgrades"."status" = 'PENDING') = ("upgrades"."ended_at" is null)),
	CONSTRAINT "upgrades_done" CHECK("upgrades"."status" <> 'DONE' or "upgrades"."resized_at" is not null),
	CONSTRAINT "upgrades_reason" CHECK(("upgrades"."status" = 'ROLLED_BACK') = ("upgrades"."reason" is not null)),
	CONSTRAINT "upgrades_plans" CHECK("upgrades"."from_plan_id" <> "upgrades"."to_plan_id"),
	CONSTRAINT "upgrades_amounts" CHECK("upgrades"."charged" >= 0 and "upgrades"."from_price" >= 0 and "upgrades"."to_price" >= 0),
	CONSTRAINT "upgrades_storage" CHECK("upgrades"."to_storage_gb" >= "upgrades"."from_storage_gb")
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `upgrades_one_pending` ON `upgrades` (`subscription_id`) WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX `upgrades_holding` ON `upgrades` (`from_plan_id`) WHERE status = 'PENDING';