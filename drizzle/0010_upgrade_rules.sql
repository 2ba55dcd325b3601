-- An upgrade begins behind the change of its subscription, and is settled once.
CREATE TRIGGER upgrades_number BEFORE INSERT ON upgrades BEGIN
  SELECT RAISE(ABORT, 'upgrades: number out of sequence')
  WHERE NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM upgrades WHERE subscription_id = NEW.subscription_id);
END;
--> statement-breakpoint
CREATE TRIGGER upgrades_begin BEFORE INSERT ON upgrades BEGIN
  SELECT RAISE(ABORT, 'upgrades: not what the subscription says')
  WHERE NEW.status <> 'PENDING' OR NEW.resized_at IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM subscriptions s JOIN plans p ON p.id = NEW.from_plan_id
    WHERE s.id = NEW.subscription_id AND s.status = 'ACTIVE' AND s.plan_id = NEW.to_plan_id AND s.price = NEW.to_price
      AND p.service_id = s.service_id
  );
END;
--> statement-breakpoint
CREATE TRIGGER upgrades_settle_once BEFORE UPDATE ON upgrades BEGIN
  SELECT RAISE(ABORT, 'upgrades: only a pending one may change, and only its outcome')
  WHERE (
    OLD.status = 'PENDING' AND NEW.subscription_id = OLD.subscription_id AND NEW.number = OLD.number
    AND NEW.from_plan_id = OLD.from_plan_id AND NEW.to_plan_id = OLD.to_plan_id
    AND NEW.from_price = OLD.from_price AND NEW.to_price = OLD.to_price AND NEW.charged = OLD.charged
    AND NEW.from_cpu_millicores = OLD.from_cpu_millicores AND NEW.from_memory_mb = OLD.from_memory_mb
    AND NEW.from_storage_gb = OLD.from_storage_gb AND NEW.to_storage_gb = OLD.to_storage_gb
    AND NEW.was_failing = OLD.was_failing AND NEW.created_at = OLD.created_at
  ) IS NOT TRUE;
END;
--> statement-breakpoint
CREATE TRIGGER upgrades_keep BEFORE DELETE ON upgrades BEGIN
  SELECT RAISE(ABORT, 'upgrades: kept');
END;
--> statement-breakpoint

-- The slot of the plan before is held until there is no way back to it. The CHECK on plans refuses one too many.
CREATE TRIGGER upgrades_hold_slot AFTER INSERT ON upgrades WHEN NEW.status = 'PENDING' BEGIN
  UPDATE plans SET used_quota = used_quota + 1 WHERE id = NEW.from_plan_id;
END;
--> statement-breakpoint
CREATE TRIGGER upgrades_release_slot AFTER UPDATE OF status ON upgrades WHEN OLD.status = 'PENDING' AND NEW.status <> 'PENDING' BEGIN
  UPDATE plans SET used_quota = used_quota - 1 WHERE id = NEW.from_plan_id;
END;
--> statement-breakpoint

-- Until it is settled, its subscription keeps plan and price, is not renewed at them, and does not end.
CREATE TRIGGER subscriptions_upgrade_pending BEFORE UPDATE ON subscriptions
WHEN NEW.plan_id <> OLD.plan_id OR NEW.price <> OLD.price OR NEW.period_index <> OLD.period_index
  OR NEW.status IN ('CANCELLED', 'EXPIRED') BEGIN
  SELECT RAISE(ABORT, 'subscriptions: an upgrade is under way')
  WHERE EXISTS (SELECT 1 FROM upgrades WHERE subscription_id = NEW.id AND status = 'PENDING');
END;
