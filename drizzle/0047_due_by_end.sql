DROP INDEX `subscriptions_due`;--> statement-breakpoint
CREATE INDEX `subscriptions_due` ON `subscriptions` (`current_period_end`,`number`) WHERE ended_at is null;
--> statement-breakpoint
-- Made anew, so that it is the newer one of two that find the same: who asks for the live ones of a plan reads no others.
DROP INDEX `subscriptions_live_plan`;
--> statement-breakpoint
CREATE INDEX `subscriptions_live_plan` ON `subscriptions` (`plan_id`,`number`) WHERE status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED');
