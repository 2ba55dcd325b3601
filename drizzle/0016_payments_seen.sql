CREATE TABLE `provider_payments` (
	`top_up_id` text NOT NULL,
	`transaction_id` text NOT NULL,
	`state` text,
	`changes` integer DEFAULT 0 NOT NULL,
	`seen_at` integer NOT NULL,
	`asked_at` integer,
	PRIMARY KEY(`top_up_id`, `transaction_id`),
	FOREIGN KEY (`top_up_id`) REFERENCES `top_ups`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `provider_payments_transaction` ON `provider_payments` (`transaction_id`);--> statement-breakpoint
-- No rule may speak of the old table while the new one takes its place: the next migration makes them anew.
DROP TRIGGER top_ups_credited_once;--> statement-breakpoint
DROP TRIGGER payment_cases_credited_once;--> statement-breakpoint
DROP TRIGGER payment_cases_decide_once;--> statement-breakpoint
DROP TRIGGER payment_cases_keep;--> statement-breakpoint
DROP TRIGGER payment_cases_counted;--> statement-breakpoint
DROP TRIGGER payment_cases_recounted;--> statement-breakpoint
CREATE TABLE `__new_payment_cases` (
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
	CONSTRAINT "payment_cases_kind" CHECK("__new_payment_cases"."kind" in ('amount', 'currency', 'merchant', 'second_payment', 'chargeback', 'unusable')),
	CONSTRAINT "payment_cases_status" CHECK("__new_payment_cases"."status" in ('OPEN', 'CREDITED', 'DISMISSED')),
	CONSTRAINT "payment_cases_resolved" CHECK(("__new_payment_cases"."status" = 'OPEN') = ("__new_payment_cases"."resolved_at" is null))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_payment_cases`("id", "top_up_id", "kind", "provider_transaction_id", "amount", "finding", "status", "reason", "resolved_by", "created_at", "resolved_at") SELECT "id", "top_up_id", "kind", "provider_transaction_id", "amount", "finding", "status", "reason", "resolved_by", "created_at", "resolved_at" FROM `payment_cases`;--> statement-breakpoint
DROP TABLE `payment_cases`;--> statement-breakpoint
ALTER TABLE `__new_payment_cases` RENAME TO `payment_cases`;--> statement-breakpoint
CREATE UNIQUE INDEX `payment_cases_once` ON `payment_cases` (`top_up_id`,`kind`,`provider_transaction_id`);--> statement-breakpoint
CREATE INDEX `payment_cases_status` ON `payment_cases` (`status`,`id`);--> statement-breakpoint
ALTER TABLE `payment_notifications` ADD `asked` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `unanswered` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `surcharge` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `top_ups` ADD `unusable_since` integer;