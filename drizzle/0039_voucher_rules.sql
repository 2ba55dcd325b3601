-- How often a voucher was used is counted here and nowhere else. The CHECK on vouchers refuses one too many.
CREATE TRIGGER voucher_uses_take AFTER INSERT ON voucher_uses WHEN NEW.status <> 'RELEASED' BEGIN
  UPDATE vouchers SET used = used + 1 WHERE id = NEW.voucher_id;
END;
--> statement-breakpoint
CREATE TRIGGER voucher_uses_move AFTER UPDATE OF status ON voucher_uses WHEN (NEW.status = 'RELEASED') <> (OLD.status = 'RELEASED') BEGIN
  UPDATE vouchers SET used = used + CASE NEW.status WHEN 'RELEASED' THEN -1 ELSE 1 END WHERE id = NEW.voucher_id;
END;
--> statement-breakpoint

-- A customer's uses are numbered, no number stands twice (a unique index), and none is above what a customer may have.
CREATE TRIGGER voucher_uses_of_customer BEFORE INSERT ON voucher_uses WHEN NEW.status <> 'RELEASED' BEGIN
  SELECT RAISE(ABORT, 'voucher uses: more than a customer may have')
  WHERE NEW.nth > (SELECT per_customer FROM vouchers WHERE id = NEW.voucher_id);
END;
--> statement-breakpoint
CREATE TRIGGER voucher_uses_of_customer_again BEFORE UPDATE ON voucher_uses WHEN NEW.status <> 'RELEASED' BEGIN
  SELECT RAISE(ABORT, 'voucher uses: more than a customer may have')
  WHERE NEW.nth > (SELECT per_customer FROM vouchers WHERE id = NEW.voucher_id);
END;
--> statement-breakpoint
CREATE TRIGGER vouchers_of_customers BEFORE UPDATE OF per_customer ON vouchers WHEN NEW.per_customer < OLD.per_customer BEGIN
  SELECT RAISE(ABORT, 'vouchers: a customer has more uses')
  WHERE EXISTS (SELECT 1 FROM voucher_uses WHERE voucher_id = NEW.id AND status <> 'RELEASED' AND nth > NEW.per_customer);
END;
--> statement-breakpoint

-- A use is of what its voucher is for, and of its customer's own.
CREATE TRIGGER voucher_uses_purpose BEFORE INSERT ON voucher_uses BEGIN
  SELECT RAISE(ABORT, 'voucher uses: for something else')
  WHERE (SELECT purpose FROM vouchers WHERE id = NEW.voucher_id) IS NOT CASE
    WHEN NEW.subscription_id IS NOT NULL THEN 'first_period' WHEN NEW.top_up_id IS NOT NULL THEN 'top_up' ELSE 'credit' END;
  SELECT RAISE(ABORT, 'voucher uses: for somebody else')
  WHERE NEW.subscription_id IS NOT NULL AND NEW.user_id IS NOT (SELECT user_id FROM subscriptions WHERE id = NEW.subscription_id)
    OR NEW.top_up_id IS NOT NULL AND NEW.user_id IS NOT (SELECT user_id FROM top_ups WHERE id = NEW.top_up_id);
END;
--> statement-breakpoint

-- Whose use it is, for what and of how much stays. What was kept for a top-up is used or released, and a late payment takes it up
-- again; what a subscription used is released once, for good; what was credited is used for good.
CREATE TRIGGER voucher_uses_change BEFORE UPDATE ON voucher_uses BEGIN
  SELECT RAISE(ABORT, 'voucher uses: only whether it stands may change')
  WHERE (
    NEW.id = OLD.id AND NEW.voucher_id = OLD.voucher_id AND NEW.user_id = OLD.user_id AND NEW.amount = OLD.amount
    AND NEW.subscription_id IS OLD.subscription_id AND NEW.top_up_id IS OLD.top_up_id AND NEW.created_at = OLD.created_at
    AND (NEW.nth = OLD.nth OR OLD.status = 'RELEASED')
    AND OLD.status || ' ' || NEW.status IN ('RESERVED USED', 'RESERVED RELEASED',
      CASE WHEN OLD.subscription_id IS NOT NULL THEN 'USED RELEASED' ELSE 'RELEASED USED' END)
  ) IS NOT TRUE;
END;
--> statement-breakpoint
CREATE TRIGGER voucher_uses_keep BEFORE DELETE ON voucher_uses BEGIN
  SELECT RAISE(ABORT, 'voucher uses: kept');
END;
--> statement-breakpoint

-- What was promised stays as it was promised.
CREATE TRIGGER vouchers_promise BEFORE UPDATE ON vouchers BEGIN
  SELECT RAISE(ABORT, 'vouchers: what it is worth and for what stays')
  WHERE (
    NEW.id = OLD.id AND NEW.code = OLD.code AND NEW.purpose = OLD.purpose AND NEW.amount IS OLD.amount AND NEW.percent IS OLD.percent
    AND NEW.maximum IS OLD.maximum AND NEW.plan_ids = OLD.plan_ids AND NEW.service_ids = OLD.service_ids
    AND NEW.minimum_amount = OLD.minimum_amount AND NEW.new_customers_only = OLD.new_customers_only
    AND NEW.valid_from = OLD.valid_from AND NEW.created_by = OLD.created_by AND NEW.created_at = OLD.created_at
  ) IS NOT TRUE;
END;
--> statement-breakpoint
CREATE TRIGGER vouchers_keep BEFORE DELETE ON vouchers BEGIN
  SELECT RAISE(ABORT, 'vouchers: kept');
END;
