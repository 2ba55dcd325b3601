CREATE TABLE `paused_job_kinds` (
	`kind` text PRIMARY KEY NOT NULL,
	`paused_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
-- No rule may speak of the old table while the new one takes its place: the next migration makes them anew.
DROP TRIGGER jobs_counted;--> statement-breakpoint
DROP TRIGGER jobs_recounted;--> statement-breakpoint
DROP TRIGGER jobs_uncounted;--> statement-breakpoint
CREATE TABLE `__new_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`payload` text NOT NULL,
	`status` text DEFAULT 'QUEUED' NOT NULL,
	`run_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`lost` integer DEFAULT 0 NOT NULL,
	`lease` integer DEFAULT 0 NOT NULL,
	`lease_until` integer,
	`last_error` text,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`subject` text,
	`turn` integer DEFAULT 0 NOT NULL,
	`behind` integer DEFAULT false NOT NULL,
	`owner` text,
	`place` integer,
	`worker` text,
	`started_at` integer,
	`heartbeat_at` integer,
	`progress_done` integer,
	`progress_text` text,
	`cancel_requested_at` integer,
	`history` text,
	CONSTRAINT "jobs_status" CHECK("__new_jobs"."status" in ('QUEUED', 'RUNNING', 'DONE', 'DEAD', 'CANCELLED')),
	CONSTRAINT "jobs_behind" CHECK("__new_jobs"."behind" = 0 or ("__new_jobs"."behind" = 1 and "__new_jobs"."status" = 'QUEUED' and "__new_jobs"."subject" is not null)),
	CONSTRAINT "jobs_place" CHECK("__new_jobs"."place" is null or "__new_jobs"."behind" = 0)
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_jobs`("id", "kind", "key", "payload", "status", "run_at", "attempts", "lost", "lease", "lease_until", "last_error", "created_at", "finished_at") SELECT "id", "kind", "key", "payload", "status", "run_at", "attempts", "lost", "lease", "lease_until", "last_error", "created_at", "finished_at" FROM `jobs`;--> statement-breakpoint
DROP TABLE `jobs`;--> statement-breakpoint
ALTER TABLE `__new_jobs` RENAME TO `jobs`;--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_key` ON `jobs` (`kind`,`key`);--> statement-breakpoint
CREATE INDEX `jobs_waiting` ON `jobs` (`kind`,`run_at`) WHERE status = 'QUEUED';--> statement-breakpoint
CREATE INDEX `jobs_next` ON `jobs` (`kind`,`place`,`run_at`) WHERE status = 'QUEUED' and behind = 0;--> statement-breakpoint
CREATE INDEX `jobs_placed_of_owner` ON `jobs` (`kind`,`owner`,`place`) WHERE status = 'QUEUED' and place is not null and owner is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_one_of_subject` ON `jobs` (`kind`,`subject`) WHERE subject is not null and behind = 0 and status in ('QUEUED', 'RUNNING');--> statement-breakpoint
CREATE INDEX `jobs_line` ON `jobs` (`kind`,`subject`,`turn`) WHERE subject is not null and status in ('QUEUED', 'RUNNING');--> statement-breakpoint
CREATE INDEX `jobs_leased` ON `jobs` (`lease_until`) WHERE status = 'RUNNING';--> statement-breakpoint
CREATE INDEX `jobs_finished` ON `jobs` (`status`,`finished_at`) WHERE finished_at is not null;--> statement-breakpoint
CREATE INDEX `jobs_status` ON `jobs` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_kind` ON `jobs` (`kind`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_owner` ON `jobs` (`owner`,`id`) WHERE owner is not null;--> statement-breakpoint
CREATE INDEX `jobs_subject` ON `jobs` (`subject`,`id`) WHERE subject is not null;