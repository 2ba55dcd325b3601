CREATE TABLE `instance_updates` (
	`instance_id` text NOT NULL,
	`number` integer NOT NULL,
	`from_version` integer NOT NULL,
	`to_version` integer NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`rollout_id` text,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`instance_id`, `number`),
	FOREIGN KEY (`instance_id`) REFERENCES `instances`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`rollout_id`) REFERENCES `rollouts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "instance_updates_status" CHECK("instance_updates"."status" in ('PENDING', 'DONE', 'ROLLED_BACK')),
	CONSTRAINT "instance_updates_ended" CHECK(("instance_updates"."status" = 'PENDING') = ("instance_updates"."ended_at" is null)),
	CONSTRAINT "instance_updates_reason" CHECK(("instance_updates"."status" = 'ROLLED_BACK') = ("instance_updates"."reason" is not null)),
	CONSTRAINT "instance_updates_newer" CHECK("instance_updates"."to_version" > "instance_updates"."from_version")
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `instance_updates_one_pending` ON `instance_updates` (`instance_id`) WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX `instance_updates_rollout` ON `instance_updates` (`rollout_id`,`ended_at`,`status`) WHERE rollout_id is not null;--> statement-breakpoint
CREATE TABLE `rollouts` (
	`id` text PRIMARY KEY NOT NULL,
	`template_name` text NOT NULL,
	`to_version` integer NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`cursor_version` integer DEFAULT 0 NOT NULL,
	`cursor_id` text DEFAULT '' NOT NULL,
	`skipped` integer DEFAULT 0 NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	CONSTRAINT "rollouts_status" CHECK("rollouts"."status" in ('RUNNING', 'DONE', 'STOPPED')),
	CONSTRAINT "rollouts_ended" CHECK(("rollouts"."status" = 'RUNNING') = ("rollouts"."ended_at" is null)),
	CONSTRAINT "rollouts_reason" CHECK(("rollouts"."status" = 'STOPPED') = ("rollouts"."reason" is not null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `rollouts_one_running` ON `rollouts` (`template_name`) WHERE status = 'RUNNING';--> statement-breakpoint
CREATE INDEX `rollouts_template` ON `rollouts` (`template_name`,`created_at`);
--> statement-breakpoint
-- Words of history: what an update was, and how it ended, is never changed.
CREATE TRIGGER instance_updates_end_once BEFORE UPDATE ON instance_updates
WHEN old.status <> 'PENDING' OR new.instance_id <> old.instance_id OR new.number <> old.number OR new.from_version <> old.from_version
  OR new.to_version <> old.to_version OR new.rollout_id IS NOT old.rollout_id OR new.created_at <> old.created_at
BEGIN
  SELECT RAISE(ABORT, 'IMMUTABLE: an update ends once');
END;
--> statement-breakpoint
CREATE TRIGGER instance_updates_stay BEFORE DELETE ON instance_updates
BEGIN
  SELECT RAISE(ABORT, 'IMMUTABLE: an update is never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER rollouts_end_once BEFORE UPDATE ON rollouts
WHEN old.status <> 'RUNNING' OR new.id <> old.id OR new.template_name <> old.template_name OR new.to_version <> old.to_version
BEGIN
  SELECT RAISE(ABORT, 'IMMUTABLE: an update of all ends once');
END;
--> statement-breakpoint
-- Declared with the catalog by hand, and made by no migration until now.
CREATE INDEX IF NOT EXISTS `subscriptions_scheduled` ON `subscriptions` (`scheduled_plan_id`) WHERE scheduled_plan_id is not null;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `upgrades_from` ON `upgrades` (`from_plan_id`);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS `upgrades_to` ON `upgrades` (`to_plan_id`);
