CREATE TABLE `account_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`purpose` text NOT NULL,
	`hash` text NOT NULL,
	`email` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`voided_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "account_tokens_purpose" CHECK("account_tokens"."purpose" in ('VERIFY_EMAIL', 'RESET_PASSWORD', 'CHANGE_EMAIL'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `account_tokens_hash` ON `account_tokens` (`hash`);--> statement-breakpoint
CREATE INDEX `account_tokens_user` ON `account_tokens` (`user_id`,`purpose`,`created_at`);--> statement-breakpoint
CREATE INDEX `account_tokens_expiry` ON `account_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `refresh_tokens_session` ON `refresh_tokens` (`session_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`address` text NOT NULL,
	`user_agent` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`revoked_reason` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`password_hash` text NOT NULL,
	`role` text DEFAULT 'USER' NOT NULL,
	`status` text DEFAULT 'ACTIVE' NOT NULL,
	`locale` text DEFAULT 'id' NOT NULL,
	`email_verified_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "users_email_lower" CHECK("users"."email" = lower("users"."email")),
	CONSTRAINT "users_role" CHECK("users"."role" in ('USER', 'ADMINISTRATOR')),
	CONSTRAINT "users_status" CHECK("users"."status" in ('ACTIVE', 'SUSPENDED', 'CLOSED'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email` ON `users` (`email`);--> statement-breakpoint
CREATE TABLE `audit_entries` (
	`number` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`via` text,
	`action` text NOT NULL,
	`target_kind` text NOT NULL,
	`target_id` text NOT NULL,
	`reason` text,
	`before` text,
	`after` text,
	`request_id` text,
	`address` text,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL,
	CONSTRAINT "audit_actor_kind" CHECK("audit_entries"."actor_kind" in ('user', 'token', 'system', 'anonymous')),
	CONSTRAINT "audit_hash" CHECK(length("audit_entries"."hash") = 64 and "audit_entries"."hash" not glob '*[^0-9a-f]*')
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_target` ON `audit_entries` (`target_kind`,`target_id`,`number`);--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit_entries` (`actor_id`,`number`);--> statement-breakpoint
CREATE INDEX `audit_action` ON `audit_entries` (`action`,`number`);--> statement-breakpoint
CREATE INDEX `audit_at` ON `audit_entries` (`at`);--> statement-breakpoint
CREATE TABLE `catalog_version` (
	`id` integer PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	CONSTRAINT "catalog_version_single" CHECK("catalog_version"."id" = 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `categories` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`position` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `categories_slug` ON `categories` (`slug`);--> statement-breakpoint
CREATE TABLE `plans` (
	`id` text PRIMARY KEY NOT NULL,
	`service_id` text NOT NULL,
	`name` text NOT NULL,
	`tier` integer NOT NULL,
	`price` integer NOT NULL,
	`quarterly_discount_percent` integer DEFAULT 0 NOT NULL,
	`yearly_discount_percent` integer DEFAULT 0 NOT NULL,
	`cpu_millicores` integer NOT NULL,
	`memory_mb` integer NOT NULL,
	`storage_gb` integer NOT NULL,
	`features` text NOT NULL,
	`total_quota` integer NOT NULL,
	`used_quota` integer DEFAULT 0 NOT NULL,
	`status` text DEFAULT 'ACTIVE' NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`service_id`) REFERENCES `services`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "plans_slots" CHECK("plans"."used_quota" between 0 and "plans"."total_quota"),
	CONSTRAINT "plans_price" CHECK("plans"."price" between 0 and 1000000000000),
	CONSTRAINT "plans_size" CHECK("plans"."cpu_millicores" > 0 and "plans"."memory_mb" > 0 and "plans"."storage_gb" >= 0),
	CONSTRAINT "plans_discount" CHECK("plans"."quarterly_discount_percent" between 0 and 100 and "plans"."yearly_discount_percent" between 0 and 100),
	CONSTRAINT "plans_status" CHECK("plans"."status" in ('ACTIVE', 'RETIRED'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `plans_tier` ON `plans` (`service_id`,`tier`) WHERE status = 'ACTIVE';--> statement-breakpoint
CREATE INDEX `plans_service` ON `plans` (`service_id`,`tier`);--> statement-breakpoint
CREATE TABLE `services` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`category_id` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`type` text NOT NULL,
	`template_name` text NOT NULL,
	`status` text DEFAULT 'DRAFT' NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`category_id`) REFERENCES `categories`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "services_type" CHECK("services"."type" in ('hosting', 'kubernetes', 'database', 'domain', 'vps', 'cloud')),
	CONSTRAINT "services_status" CHECK("services"."status" in ('DRAFT', 'ACTIVE', 'RETIRED'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `services_slug` ON `services` (`slug`);--> statement-breakpoint
CREATE INDEX `services_category` ON `services` (`category_id`);--> statement-breakpoint
CREATE TABLE `instances` (
	`id` text PRIMARY KEY NOT NULL,
	`subscription_id` text NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`namespace` text NOT NULL,
	`subdomain` text NOT NULL,
	`template_name` text NOT NULL,
	`cpu_millicores` integer NOT NULL,
	`memory_mb` integer NOT NULL,
	`storage_gb` integer NOT NULL,
	`inputs` text NOT NULL,
	`sealed_secrets` text NOT NULL,
	`desired_state` text NOT NULL,
	`generation` integer DEFAULT 1 NOT NULL,
	`restarted_at` integer,
	`deployment` integer DEFAULT 1 NOT NULL,
	`status` text NOT NULL,
	`reason_code` text,
	`status_reason` text,
	`observed_generation` integer DEFAULT 0 NOT NULL,
	`cleaned_deployment` integer DEFAULT 1 NOT NULL,
	`pod_name` text,
	`restarts` integer DEFAULT 0 NOT NULL,
	`trouble_since` integer,
	`ready_at` integer,
	`status_changed_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "instances_status_known" CHECK("instances"."status" in ('PENDING', 'PROVISIONING', 'RUNNING', 'STOPPING', 'STOPPED', 'STARTING', 'RESTARTING', 'ERROR', 'TERMINATING', 'TERMINATED')),
	CONSTRAINT "instances_desired" CHECK("instances"."desired_state" in ('RUNNING', 'STOPPED', 'DELETED'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `instances_subscription` ON `instances` (`subscription_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `instances_subdomain` ON `instances` (`subdomain`);--> statement-breakpoint
CREATE UNIQUE INDEX `instances_name` ON `instances` (`namespace`,`name`);--> statement-breakpoint
CREATE INDEX `instances_user` ON `instances` (`user_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `instances_status` ON `instances` (`status`);--> statement-breakpoint
CREATE TABLE `mails` (
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
	CONSTRAINT "mails_status_known" CHECK("mails"."status" in ('QUEUED', 'SENT', 'KEPT', 'FAILED'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `mails_key` ON `mails` (`key`);--> statement-breakpoint
CREATE INDEX `mails_status` ON `mails` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `mails_recipient` ON `mails` (`recipient`);--> statement-breakpoint
CREATE TABLE `subscriptions` (
	`number` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`service_id` text NOT NULL,
	`plan_id` text NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`suspended_by` text,
	`billing_cycle` text NOT NULL,
	`price` integer NOT NULL,
	`is_bonus` integer DEFAULT false NOT NULL,
	`anchor_at` integer NOT NULL,
	`period_index` integer DEFAULT 0 NOT NULL,
	`current_period_start` integer NOT NULL,
	`current_period_end` integer NOT NULL,
	`auto_renew` integer DEFAULT true NOT NULL,
	`cancel_at_period_end` integer DEFAULT false NOT NULL,
	`scheduled_plan_id` text,
	`first_ready_at` integer,
	`ended_at` integer,
	`end_reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`service_id`) REFERENCES `services`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`scheduled_plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "subscriptions_status" CHECK("subscriptions"."status" in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED', 'CANCELLED', 'EXPIRED')),
	CONSTRAINT "subscriptions_suspended" CHECK(("subscriptions"."status" = 'SUSPENDED') = ("subscriptions"."suspended_by" is not null)),
	CONSTRAINT "subscriptions_ended" CHECK(("subscriptions"."status" in ('CANCELLED', 'EXPIRED')) = ("subscriptions"."ended_at" is not null)),
	CONSTRAINT "subscriptions_cycle" CHECK("subscriptions"."billing_cycle" in ('MONTHLY', 'QUARTERLY', 'YEARLY')),
	CONSTRAINT "subscriptions_period" CHECK("subscriptions"."current_period_end" > "subscriptions"."current_period_start"),
	CONSTRAINT "subscriptions_price" CHECK("subscriptions"."price" >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `subscriptions_id` ON `subscriptions` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `subscriptions_one_live` ON `subscriptions` (`user_id`,`service_id`) WHERE status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED');--> statement-breakpoint
CREATE INDEX `subscriptions_user` ON `subscriptions` (`user_id`,`number`);--> statement-breakpoint
CREATE INDEX `subscriptions_plan` ON `subscriptions` (`plan_id`,`status`);--> statement-breakpoint
CREATE INDEX `subscriptions_due` ON `subscriptions` (`status`,`current_period_end`);--> statement-breakpoint
CREATE TABLE `ledger_accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_id` text,
	`balance` integer DEFAULT 0 NOT NULL,
	`topped_up` integer DEFAULT 0 NOT NULL,
	`spent` integer DEFAULT 0 NOT NULL,
	`last_entry` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "ledger_wallet_not_negative" CHECK("ledger_accounts"."kind" <> 'wallet' or "ledger_accounts"."balance" >= 0),
	CONSTRAINT "ledger_balance_exact" CHECK("ledger_accounts"."balance" between -9007199254740991 and 9007199254740991),
	CONSTRAINT "ledger_accounts_opening" CHECK("ledger_accounts"."last_entry" > 0 or "ledger_accounts"."balance" = 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_accounts_owner` ON `ledger_accounts` (`user_id`,`kind`);--> statement-breakpoint
CREATE TABLE `ledger_entries` (
	`number` integer PRIMARY KEY NOT NULL,
	`debit_account` text NOT NULL,
	`credit_account` text NOT NULL,
	`amount` integer NOT NULL,
	`source` text NOT NULL,
	`transaction_number` integer,
	`reverses` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`debit_account`) REFERENCES `ledger_accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`credit_account`) REFERENCES `ledger_accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`transaction_number`) REFERENCES `transactions`(`number`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "ledger_entries_two_sides" CHECK("ledger_entries"."debit_account" <> "ledger_entries"."credit_account"),
	CONSTRAINT "ledger_entries_amount" CHECK("ledger_entries"."amount" between 1 and 9007199254740991)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_source` ON `ledger_entries` (`source`);--> statement-breakpoint
CREATE INDEX `ledger_entries_transaction` ON `ledger_entries` (`transaction_number`);--> statement-breakpoint
CREATE INDEX `ledger_entries_reverses` ON `ledger_entries` (`reverses`) WHERE reverses is not null;--> statement-breakpoint
CREATE TABLE `payment_notifications` (
	`id` integer PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`order_id` text NOT NULL,
	`body` text NOT NULL,
	`signature_valid` integer NOT NULL,
	`received` integer DEFAULT 1 NOT NULL,
	`received_at` integer NOT NULL,
	`processed_at` integer,
	`outcome` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `payment_notifications_digest` ON `payment_notifications` (`digest`);--> statement-breakpoint
CREATE INDEX `payment_notifications_order` ON `payment_notifications` (`order_id`);--> statement-breakpoint
CREATE TABLE `top_ups` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`transaction_number` integer NOT NULL,
	`order_id` text NOT NULL,
	`amount` integer NOT NULL,
	`method` text NOT NULL,
	`status` text NOT NULL,
	`redirect_url` text,
	`instructions` text,
	`charged` integer DEFAULT false NOT NULL,
	`expires_at` integer NOT NULL,
	`next_poll_at` integer,
	`polls` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`transaction_number`) REFERENCES `transactions`(`number`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "top_ups_amount" CHECK("top_ups"."amount" > 0),
	CONSTRAINT "top_ups_status" CHECK("top_ups"."status" in ('PENDING', 'SUCCESS', 'FAILED', 'EXPIRED', 'CANCELLED'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `top_ups_order` ON `top_ups` (`order_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `top_ups_transaction` ON `top_ups` (`transaction_number`);--> statement-breakpoint
CREATE INDEX `top_ups_user` ON `top_ups` (`user_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `top_ups_poll` ON `top_ups` (`next_poll_at`) WHERE next_poll_at is not null;--> statement-breakpoint
CREATE TABLE `transactions` (
	`number` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`amount` integer NOT NULL,
	`balance_after` integer,
	`subscription_id` text,
	`description` text NOT NULL,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "transactions_type" CHECK("transactions"."type" in ('TOP_UP', 'CHARGE', 'REFUND', 'BONUS', 'ADJUSTMENT')),
	CONSTRAINT "transactions_status" CHECK("transactions"."status" in ('PENDING', 'SUCCESS', 'FAILED', 'EXPIRED', 'CANCELLED'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `transactions_id` ON `transactions` (`id`);--> statement-breakpoint
CREATE INDEX `transactions_user` ON `transactions` (`user_id`,`number`);--> statement-breakpoint
CREATE INDEX `transactions_subscription` ON `transactions` (`subscription_id`,`number`) WHERE subscription_id is not null;--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`payload` text NOT NULL,
	`status` text DEFAULT 'QUEUED' NOT NULL,
	`run_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`lease` integer DEFAULT 0 NOT NULL,
	`lease_until` integer,
	`last_error` text,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	CONSTRAINT "jobs_status" CHECK("jobs"."status" in ('QUEUED', 'RUNNING', 'DONE', 'DEAD'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_key` ON `jobs` (`kind`,`key`);--> statement-breakpoint
CREATE INDEX `jobs_waiting` ON `jobs` (`kind`,`run_at`) WHERE status = 'QUEUED';--> statement-breakpoint
CREATE INDEX `jobs_leased` ON `jobs` (`lease_until`) WHERE status = 'RUNNING';--> statement-breakpoint
CREATE INDEX `jobs_finished` ON `jobs` (`status`,`finished_at`);--> statement-breakpoint
CREATE TABLE `schedules` (
	`name` text PRIMARY KEY NOT NULL,
	`paused_at` integer,
	`last_fired_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`actor_id` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`status` integer NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `idempotency_keys_age` ON `idempotency_keys` (`created_at`);