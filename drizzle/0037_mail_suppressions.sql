CREATE TABLE `mail_events` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`provider_id` text,
	`received_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `mail_events_provider` ON `mail_events` (`provider_id`);--> statement-breakpoint
CREATE INDEX `mail_events_age` ON `mail_events` (`received_at`);--> statement-breakpoint
CREATE TABLE `mail_suppressions` (
	`id` text PRIMARY KEY NOT NULL,
	`address` text NOT NULL,
	`reason` text NOT NULL,
	`detail` text,
	`user_id` text,
	`mail_id` text,
	`created_at` integer NOT NULL,
	CONSTRAINT "mail_suppressions_lower" CHECK("mail_suppressions"."address" = lower("mail_suppressions"."address")),
	CONSTRAINT "mail_suppressions_reason_known" CHECK("mail_suppressions"."reason" in ('BOUNCED', 'COMPLAINED'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `mail_suppressions_address` ON `mail_suppressions` (`address`);--> statement-breakpoint
CREATE INDEX `mail_suppressions_reason` ON `mail_suppressions` (`reason`,`id`);--> statement-breakpoint
CREATE INDEX `mail_suppressions_user` ON `mail_suppressions` (`user_id`);--> statement-breakpoint
-- No rule and no other table speaks of mails.
CREATE TABLE `__new_mails` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`user_id` text,
	`recipient` text NOT NULL,
	`template` text NOT NULL,
	`locale` text NOT NULL,
	`data` text NOT NULL,
	`status` text DEFAULT 'QUEUED' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`error` text,
	`provider_id` text,
	`created_at` integer NOT NULL,
	`sent_at` integer,
	`delivery` text,
	CONSTRAINT "mails_status_known" CHECK("__new_mails"."status" in ('QUEUED', 'SENT', 'KEPT', 'FAILED', 'SUPPRESSED')),
	CONSTRAINT "mails_delivery_known" CHECK("__new_mails"."delivery" is null or "__new_mails"."delivery" in ('DELAYED', 'DELIVERED', 'BOUNCED', 'COMPLAINED'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_mails`("id", "key", "user_id", "recipient", "template", "locale", "data", "status", "attempts", "error", "provider_id", "created_at", "sent_at") SELECT "id", "key", "user_id", "recipient", "template", "locale", "data", "status", "attempts", "error", "provider_id", "created_at", "sent_at" FROM `mails`;--> statement-breakpoint
DROP TABLE `mails`;--> statement-breakpoint
ALTER TABLE `__new_mails` RENAME TO `mails`;--> statement-breakpoint
CREATE UNIQUE INDEX `mails_key` ON `mails` (`key`);--> statement-breakpoint
CREATE INDEX `mails_status` ON `mails` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `mails_template` ON `mails` (`template`,`id`);--> statement-breakpoint
CREATE INDEX `mails_recipient` ON `mails` (`recipient`,`id`);--> statement-breakpoint
CREATE INDEX `mails_age` ON `mails` (`created_at`);--> statement-breakpoint
CREATE INDEX `mails_user` ON `mails` (`user_id`);--> statement-breakpoint
CREATE INDEX `mails_billing` ON `mails` ((data ->> '$.billingId'),`id`) WHERE data ->> '$.billingId' is not null;--> statement-breakpoint
CREATE INDEX `mails_provider` ON `mails` (`provider_id`) WHERE provider_id is not null;--> statement-breakpoint
ALTER TABLE `users` ADD `monthly_statement` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `users_statements` ON `users` (`id`) WHERE monthly_statement = 1;