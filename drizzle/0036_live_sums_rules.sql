-- What is live, summed by plan, status and cycle where one of them changes.
CREATE TRIGGER subscriptions_summed AFTER INSERT ON subscriptions
WHEN NEW.status IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED') BEGIN
  INSERT INTO live_sums (plan_id, status, billing_cycle, total, gifts, price)
  VALUES (NEW.plan_id, NEW.status, NEW.billing_cycle, 1, NEW.is_bonus, NEW.price)
  ON CONFLICT (plan_id, status, billing_cycle)
  DO UPDATE SET total = total + 1, gifts = gifts + excluded.gifts, price = price + excluded.price;
END;
--> statement-breakpoint
CREATE TRIGGER subscriptions_summed_anew AFTER UPDATE OF status, plan_id, billing_cycle, is_bonus, price ON subscriptions
WHEN NEW.status <> OLD.status OR NEW.plan_id <> OLD.plan_id OR NEW.billing_cycle <> OLD.billing_cycle
  OR NEW.is_bonus <> OLD.is_bonus OR NEW.price <> OLD.price BEGIN
  UPDATE live_sums SET total = total - 1, gifts = gifts - OLD.is_bonus, price = price - OLD.price
  WHERE plan_id = OLD.plan_id AND status = OLD.status AND billing_cycle = OLD.billing_cycle;
  INSERT INTO live_sums (plan_id, status, billing_cycle, total, gifts, price)
  SELECT NEW.plan_id, NEW.status, NEW.billing_cycle, 1, NEW.is_bonus, NEW.price
  WHERE NEW.status IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')
  ON CONFLICT (plan_id, status, billing_cycle)
  DO UPDATE SET total = total + 1, gifts = gifts + excluded.gifts, price = price + excluded.price;
END;
--> statement-breakpoint
-- What there is already.
INSERT INTO live_sums (plan_id, status, billing_cycle, total, gifts, price)
  SELECT plan_id, status, billing_cycle, count(*), sum(is_bonus), sum(price) FROM subscriptions
  WHERE status IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED') GROUP BY 1, 2, 3;
