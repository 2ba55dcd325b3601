-- Nobody could book a change so far.
UPDATE `subscriptions` SET `scheduled_plan_id` = NULL WHERE `scheduled_plan_id` IS NOT NULL;
--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `scheduled_cycle` text
	CONSTRAINT "subscriptions_scheduled_whole" CHECK(("subscriptions"."scheduled_plan_id" is null) = ("subscriptions"."scheduled_cycle" is null))
	CONSTRAINT "subscriptions_scheduled_cycle" CHECK("subscriptions"."scheduled_cycle" in ('MONTHLY', 'QUARTERLY', 'YEARLY'))
	CONSTRAINT "subscriptions_scheduled_goes_on" CHECK("subscriptions"."scheduled_plan_id" is null or ("subscriptions"."ended_at" is null and "subscriptions"."cancel_at_period_end" = 0));
--> statement-breakpoint
-- A change is booked to a lower plan of the same service, or to another cycle, and never beside an upgrade.
CREATE TRIGGER subscriptions_schedule BEFORE UPDATE OF scheduled_plan_id, scheduled_cycle ON subscriptions
WHEN NEW.scheduled_plan_id IS NOT NULL
  AND (NEW.scheduled_plan_id IS NOT OLD.scheduled_plan_id OR NEW.scheduled_cycle IS NOT OLD.scheduled_cycle) BEGIN
  SELECT RAISE(ABORT, 'subscriptions: another change is booked') WHERE OLD.scheduled_plan_id IS NOT NULL;
  SELECT RAISE(ABORT, 'subscriptions: no change that can be booked')
  WHERE NOT EXISTS (
    SELECT 1 FROM plans wanted JOIN plans present ON present.id = NEW.plan_id
    WHERE wanted.id = NEW.scheduled_plan_id AND wanted.service_id = NEW.service_id
      AND (wanted.tier < present.tier OR (wanted.id = present.id AND NEW.scheduled_cycle IS NOT NEW.billing_cycle))
  );
  SELECT RAISE(ABORT, 'subscriptions: an upgrade is under way')
  WHERE EXISTS (SELECT 1 FROM upgrades WHERE subscription_id = NEW.id AND status = 'PENDING');
END;
--> statement-breakpoint
CREATE TRIGGER upgrades_nothing_booked BEFORE INSERT ON upgrades BEGIN
  SELECT RAISE(ABORT, 'upgrades: a change is booked')
  WHERE EXISTS (SELECT 1 FROM subscriptions WHERE id = NEW.subscription_id AND scheduled_plan_id IS NOT NULL);
END;
