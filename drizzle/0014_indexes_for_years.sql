CREATE TABLE `status_counts` (
	`subject` text NOT NULL,
	`status` text NOT NULL,
	`total` integer NOT NULL,
	PRIMARY KEY(`subject`, `status`),
	CONSTRAINT "status_counts_total" CHECK("status_counts"."total" >= 0)
) STRICT;
--> statement-breakpoint
DROP INDEX `audit_target`;--> statement-breakpoint
CREATE INDEX `audit_target_id` ON `audit_entries` (`target_id`,`number`);--> statement-breakpoint
CREATE INDEX `audit_target_kind` ON `audit_entries` (`target_kind`,`number`);--> statement-breakpoint
DROP INDEX `instances_status`;--> statement-breakpoint
DROP INDEX `instances_user`;--> statement-breakpoint
CREATE INDEX `instances_standing` ON `instances` (`user_id`,`id`) WHERE status <> 'TERMINATED';--> statement-breakpoint
CREATE INDEX `instances_sealed_key` ON `instances` (substr(substr(sealed_secrets, 4), 1, instr(substr(sealed_secrets, 4), '.') - 1),`id`);--> statement-breakpoint
CREATE INDEX `instances_user` ON `instances` (`user_id`,`created_at`,`id`);--> statement-breakpoint
DROP INDEX `payment_cases_open`;--> statement-breakpoint
CREATE INDEX `payment_cases_status` ON `payment_cases` (`status`,`id`);--> statement-breakpoint
DROP INDEX `refunds_open`;--> statement-breakpoint
CREATE INDEX `refunds_status` ON `refunds` (`status`,`id`);--> statement-breakpoint
DROP INDEX `api_tokens_user`;--> statement-breakpoint
CREATE INDEX `api_tokens_unrevoked` ON `api_tokens` (`user_id`,`expires_at`,`id`) WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX `api_tokens_user` ON `api_tokens` (`user_id`);--> statement-breakpoint
DROP INDEX `sessions_user`;--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`,revoked_at is null,`created_at`,`id`);--> statement-breakpoint
DROP INDEX `mails_status`;--> statement-breakpoint
DROP INDEX `mails_recipient`;--> statement-breakpoint
CREATE INDEX `mails_template` ON `mails` (`template`,`id`);--> statement-breakpoint
CREATE INDEX `mails_age` ON `mails` (`created_at`);--> statement-breakpoint
CREATE INDEX `mails_status` ON `mails` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `mails_recipient` ON `mails` (`recipient`,`id`);--> statement-breakpoint
DROP INDEX `subscriptions_due`;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `app_removed_at` integer;--> statement-breakpoint
CREATE INDEX `subscriptions_app_kept` ON `subscriptions` (`ended_at`,`number`) WHERE ended_at is not null and app_removed_at is null;--> statement-breakpoint
CREATE INDEX `subscriptions_due` ON `subscriptions` (`current_period_end`,`number`) WHERE status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED');--> statement-breakpoint
DROP INDEX `top_ups_user`;--> statement-breakpoint
DROP INDEX `top_ups_poll`;--> statement-breakpoint
CREATE INDEX `top_ups_pending` ON `top_ups` (`user_id`) WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX `top_ups_status` ON `top_ups` (`status`,`transaction_number`);--> statement-breakpoint
CREATE INDEX `top_ups_method` ON `top_ups` (`method`,`transaction_number`);--> statement-breakpoint
CREATE INDEX `top_ups_user` ON `top_ups` (`user_id`,`transaction_number`);--> statement-breakpoint
CREATE INDEX `top_ups_poll` ON `top_ups` (`next_poll_at`,`id`) WHERE next_poll_at is not null;--> statement-breakpoint
CREATE INDEX `refresh_tokens_age` ON `refresh_tokens` (`created_at`);--> statement-breakpoint
CREATE INDEX `two_factors_sealed_key` ON `two_factors` (substr(substr(sealed_secret, 4), 1, instr(substr(sealed_secret, 4), '.') - 1),`user_id`);--> statement-breakpoint
CREATE INDEX `users_administrators` ON `users` (`id`) WHERE role = 'ADMINISTRATOR';--> statement-breakpoint
CREATE INDEX `users_status` ON `users` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `users_status_email` ON `users` (`status`,`email`);--> statement-breakpoint
CREATE INDEX `payment_notifications_age` ON `payment_notifications` (`received_at`);--> statement-breakpoint
CREATE INDEX `jobs_status` ON `jobs` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_kind` ON `jobs` (`kind`,`id`);