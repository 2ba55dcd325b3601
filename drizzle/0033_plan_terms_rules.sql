-- What every plan costs and gives by now are its first terms.
INSERT INTO plan_terms (plan_id, number, price, quarterly_discount_percent, yearly_discount_percent, cpu_millicores, memory_mb, storage_gb,
    announced_at, effective_at)
  SELECT id, 1, price, quarterly_discount_percent, yearly_discount_percent, cpu_millicores, memory_mb, storage_gb, created_at, created_at
  FROM plans;
--> statement-breakpoint

-- Who pays or has something else than that keeps what was agreed, until the plan changes again.
UPDATE subscriptions SET terms_number = 0
WHERE EXISTS (
  SELECT 1 FROM plans p WHERE p.id = subscriptions.plan_id AND NOT (subscriptions.is_bonus AND subscriptions.price = 0)
    AND subscriptions.price <> (2 * p.price * CASE billing_cycle WHEN 'MONTHLY' THEN 1 WHEN 'QUARTERLY' THEN 3 ELSE 12 END
      * (100 - CASE billing_cycle WHEN 'MONTHLY' THEN 0 WHEN 'QUARTERLY' THEN p.quarterly_discount_percent ELSE p.yearly_discount_percent END)
      + 100) / 200
) OR EXISTS (
  SELECT 1 FROM plans p JOIN instances i ON i.subscription_id = subscriptions.id
  WHERE p.id = subscriptions.plan_id AND (i.cpu_millicores <> p.cpu_millicores OR i.memory_mb <> p.memory_mb)
);
--> statement-breakpoint

-- A plan writes down its terms itself, the first and each change of them: the newest are what the plan says.
CREATE TRIGGER plans_first_terms AFTER INSERT ON plans BEGIN
  INSERT INTO plan_terms (plan_id, number, price, quarterly_discount_percent, yearly_discount_percent, cpu_millicores, memory_mb, storage_gb,
      announced_at, effective_at)
    VALUES (NEW.id, NEW.terms_number, NEW.price, NEW.quarterly_discount_percent, NEW.yearly_discount_percent, NEW.cpu_millicores,
      NEW.memory_mb, NEW.storage_gb, NEW.created_at, NEW.created_at);
END;
--> statement-breakpoint
CREATE TRIGGER plans_next_terms
AFTER UPDATE OF price, quarterly_discount_percent, yearly_discount_percent, cpu_millicores, memory_mb, storage_gb ON plans
WHEN NEW.price <> OLD.price OR NEW.quarterly_discount_percent <> OLD.quarterly_discount_percent
  OR NEW.yearly_discount_percent <> OLD.yearly_discount_percent OR NEW.cpu_millicores <> OLD.cpu_millicores
  OR NEW.memory_mb <> OLD.memory_mb OR NEW.storage_gb <> OLD.storage_gb BEGIN
  INSERT INTO plan_terms (plan_id, number, price, quarterly_discount_percent, yearly_discount_percent, cpu_millicores, memory_mb, storage_gb,
      announced_at, effective_at)
    VALUES (NEW.id, NEW.terms_number + 1, NEW.price, NEW.quarterly_discount_percent, NEW.yearly_discount_percent, NEW.cpu_millicores,
      NEW.memory_mb, NEW.storage_gb, NEW.updated_at, max(NEW.updated_at, NEW.terms_effective_at));
  UPDATE plans SET terms_number = NEW.terms_number + 1 WHERE id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER plan_terms_of_plan BEFORE INSERT ON plan_terms BEGIN
  SELECT RAISE(ABORT, 'plan terms: not what the plan says')
  WHERE NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM plan_terms WHERE plan_id = NEW.plan_id) OR NOT EXISTS (
    SELECT 1 FROM plans WHERE id = NEW.plan_id AND price = NEW.price
      AND quarterly_discount_percent = NEW.quarterly_discount_percent AND yearly_discount_percent = NEW.yearly_discount_percent
      AND cpu_millicores = NEW.cpu_millicores AND memory_mb = NEW.memory_mb AND storage_gb = NEW.storage_gb
  );
END;
--> statement-breakpoint
CREATE TRIGGER plan_terms_immutable BEFORE UPDATE ON plan_terms BEGIN
  SELECT RAISE(ABORT, 'plan terms: immutable');
END;
--> statement-breakpoint
CREATE TRIGGER plan_terms_keep BEFORE DELETE ON plan_terms BEGIN
  SELECT RAISE(ABORT, 'plan terms: kept as long as their plan') WHERE EXISTS (SELECT 1 FROM plans WHERE id = OLD.plan_id);
END;
--> statement-breakpoint
CREATE TRIGGER plans_newest_terms BEFORE UPDATE OF terms_number ON plans WHEN NEW.terms_number <> OLD.terms_number BEGIN
  SELECT RAISE(ABORT, 'plans: sold by their newest terms')
  WHERE NEW.terms_number IS NOT (SELECT max(number) FROM plan_terms WHERE plan_id = NEW.id);
END;
--> statement-breakpoint

-- A subscription lives by terms of its own plan, and goes on to newer ones only; an upgrade that is taken back leads to those from before.
CREATE TRIGGER subscriptions_begin_by_terms BEFORE INSERT ON subscriptions BEGIN
  SELECT RAISE(ABORT, 'subscriptions: no such terms of its plan')
  WHERE NOT EXISTS (SELECT 1 FROM plan_terms WHERE plan_id = NEW.plan_id AND number = NEW.terms_number);
END;
--> statement-breakpoint
CREATE TRIGGER subscriptions_change_terms BEFORE UPDATE OF plan_id, terms_number ON subscriptions
WHEN NEW.plan_id <> OLD.plan_id OR NEW.terms_number <> OLD.terms_number BEGIN
  SELECT RAISE(ABORT, 'subscriptions: no such terms of its plan')
  WHERE NOT EXISTS (SELECT 1 FROM plan_terms WHERE plan_id = NEW.plan_id AND number = NEW.terms_number) AND NOT (
    NEW.terms_number = 0 AND EXISTS (
      SELECT 1 FROM upgrades WHERE subscription_id = NEW.id AND from_plan_id = NEW.plan_id AND from_terms_number = 0
    )
  );
  SELECT RAISE(ABORT, 'subscriptions: terms that it has left') WHERE NEW.plan_id = OLD.plan_id AND NEW.terms_number < OLD.terms_number;
  SELECT RAISE(ABORT, 'subscriptions: an upgrade is under way')
  WHERE NEW.plan_id = OLD.plan_id AND EXISTS (SELECT 1 FROM upgrades WHERE subscription_id = NEW.id AND status = 'PENDING');
END;
--> statement-breakpoint
CREATE TRIGGER upgrades_terms BEFORE INSERT ON upgrades BEGIN
  SELECT RAISE(ABORT, 'upgrades: terms of another plan')
  WHERE NEW.to_terms_number IS NOT (SELECT terms_number FROM subscriptions WHERE id = NEW.subscription_id) OR (
    NEW.from_terms_number <> 0
    AND NOT EXISTS (SELECT 1 FROM plan_terms WHERE plan_id = NEW.from_plan_id AND number = NEW.from_terms_number)
  );
END;
--> statement-breakpoint
CREATE TRIGGER upgrades_terms_stay BEFORE UPDATE OF from_terms_number, to_terms_number ON upgrades BEGIN
  SELECT RAISE(ABORT, 'upgrades: terms stay') WHERE NEW.from_terms_number <> OLD.from_terms_number OR NEW.to_terms_number <> OLD.to_terms_number;
END;
--> statement-breakpoint

-- What was charged says whose terms its price is of.
CREATE TRIGGER charges_terms BEFORE INSERT ON charges WHEN NEW.plan_id IS NOT NULL OR NEW.terms_number IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'charges: no such terms of a plan of its service')
  WHERE NOT EXISTS (
    SELECT 1 FROM subscriptions s JOIN plans p ON p.service_id = s.service_id
    WHERE s.id = NEW.subscription_id AND p.id = NEW.plan_id AND (
      NEW.terms_number = 0 OR EXISTS (SELECT 1 FROM plan_terms WHERE plan_id = p.id AND number = NEW.terms_number)
    )
  );
END;
