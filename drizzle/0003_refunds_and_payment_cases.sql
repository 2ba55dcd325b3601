CREATE TABLE `payment_cases` (
	`id` text PRIMARY KEY NOT NULL,
	`top_up_id` text NOT NULL,
	`kind` text NOT NULL,
	`provider_transaction_id` text NOT NULL,
	`amount` integer,
	`finding` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`resolved_by` text,
	`created_at` integer NOT NULL,
	`resolved_at` integer,
	FOREIGN KEY (`top_up_id`) REFERENCES `top_ups`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`resolved_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_cases_kind" CHECK("payment_cases"."kind" in ('amount', 'currency', 'merchant', 'second_payment')),
	CONSTRAINT "payment_cases_status" CHECK("payment_cases"."status" in ('OPEN', 'CREDITED', 'DISMISSED')),
	CONSTRAINT "payment_cases_resolved" CHECK(("payment_cases"."status" = 'OPEN') = ("payment_cases"."resolved_at" is null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `payment_cases_once` ON `payment_cases` (`top_up_id`,`kind`,`provider_transaction_id`);--> statement-breakpoint
CREATE INDEX `payment_cases_open` ON `payment_cases` (`created_at`) WHERE status = 'OPEN';--> statement-breakpoint
CREATE TABLE `refunds` (
	`id` text PRIMARY KEY NOT NULL,
	`top_up_id` text NOT NULL,
	`user_id` text NOT NULL,
	`amount` integer NOT NULL,
	`way` text NOT NULL,
	`status` text NOT NULL,
	`transaction_number` integer NOT NULL,
	`reason` text NOT NULL,
	`note` text,
	`requested_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`top_up_id`) REFERENCES `top_ups`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`transaction_number`) REFERENCES `transactions`(`number`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`requested_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "refunds_amount" CHECK("refunds"."amount" > 0),
	CONSTRAINT "refunds_way" CHECK("refunds"."way" in ('provider', 'manual')),
	CONSTRAINT "refunds_status" CHECK("refunds"."status" in ('RESERVED', 'POSTED', 'VOIDED')),
	CONSTRAINT "refunds_ended" CHECK(("refunds"."status" = 'RESERVED') = ("refunds"."ended_at" is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `refunds_top_up` ON `refunds` (`top_up_id`);--> statement-breakpoint
CREATE INDEX `refunds_open` ON `refunds` (`created_at`) WHERE status = 'RESERVED';--> statement-breakpoint
CREATE UNIQUE INDEX `refunds_transaction` ON `refunds` (`transaction_number`);--> statement-breakpoint
ALTER TABLE `top_ups` ADD `fee` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `taken_back` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `corrections` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `provider_transaction_id` text;