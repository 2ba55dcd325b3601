CREATE TABLE `template_trials` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`template_version` integer NOT NULL,
	`namespace` text NOT NULL,
	`cpu_millicores` integer NOT NULL,
	`memory_mb` integer NOT NULL,
	`storage_gb` integer NOT NULL,
	`sealed_values` text NOT NULL,
	`desired_state` text NOT NULL,
	`generation` integer DEFAULT 1 NOT NULL,
	`status` text NOT NULL,
	`reason_code` text,
	`status_reason` text,
	`observed_generation` integer DEFAULT 0 NOT NULL,
	`pod_name` text,
	`restarts` integer DEFAULT 0 NOT NULL,
	`trouble_since` integer,
	`outcome` text,
	`trouble` text,
	`events` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`deadline_at` integer NOT NULL,
	`ended_at` integer,
	`removed_at` integer,
	FOREIGN KEY (`name`,`template_version`) REFERENCES `app_template_versions`(`name`,`version`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "template_trials_desired" CHECK("template_trials"."desired_state" in ('RUNNING', 'DELETED')),
	CONSTRAINT "template_trials_outcome" CHECK("template_trials"."outcome" in ('READY', 'FAILED', 'TIMED_OUT')),
	CONSTRAINT "template_trials_ended" CHECK(("template_trials"."outcome" is null) = ("template_trials"."ended_at" is null)),
	CONSTRAINT "template_trials_removed" CHECK("template_trials"."removed_at" is null or "template_trials"."desired_state" = 'DELETED')
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `template_trials_one` ON `template_trials` (`name`,`template_version`) WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX `template_trials_of` ON `template_trials` (`name`,`id`);--> statement-breakpoint
CREATE INDEX `template_trials_standing` ON `template_trials` (`id`) WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX `template_trials_sealed_key` ON `template_trials` (substr(substr(sealed_values, 4), 1, instr(substr(sealed_values, 4), '.') - 1),`id`);