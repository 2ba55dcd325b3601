-- Numbers without a gap. Every one of these tables is append-only, so "one more than the greatest" is the only number
-- a new row may carry; a rolled back row gives its number back by itself.
CREATE TRIGGER transactions_number BEFORE INSERT ON transactions BEGIN
  SELECT RAISE(ABORT, 'transactions: number out of sequence')
  WHERE NEW.number IS NOT (SELECT coalesce(max(number), 100) + 1 FROM transactions);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_number BEFORE INSERT ON ledger_entries BEGIN
  SELECT RAISE(ABORT, 'ledger: number out of sequence')
  WHERE NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM ledger_entries);
END;
--> statement-breakpoint
CREATE TRIGGER subscriptions_number BEFORE INSERT ON subscriptions BEGIN
  SELECT RAISE(ABORT, 'subscriptions: number out of sequence')
  WHERE NEW.number IS NOT (SELECT coalesce(max(number), 100) + 1 FROM subscriptions);
END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_number BEFORE INSERT ON audit_entries BEGIN
  SELECT RAISE(ABORT, 'audit: number out of sequence')
  WHERE NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM audit_entries);
END;
--> statement-breakpoint

-- The ledger: no overdraft, reversals bounded by what they reverse, balances moved by entries and by nothing else.
CREATE TRIGGER ledger_entries_overdraft BEFORE INSERT ON ledger_entries BEGIN
  SELECT RAISE(ABORT, 'ledger: overdraft')
  FROM ledger_accounts WHERE id = NEW.debit_account AND kind = 'wallet' AND balance < NEW.amount;
END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_reversal BEFORE INSERT ON ledger_entries WHEN NEW.reverses IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'ledger: reversal of nothing')
  WHERE NOT EXISTS (
    SELECT 1 FROM ledger_entries
    WHERE number = NEW.reverses AND debit_account = NEW.credit_account AND reverses IS NULL
  );
  SELECT RAISE(ABORT, 'ledger: reversal exceeds its entry')
  WHERE NEW.amount + (SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE reverses = NEW.reverses)
    > (SELECT amount FROM ledger_entries WHERE number = NEW.reverses);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_post AFTER INSERT ON ledger_entries BEGIN
  UPDATE ledger_accounts SET balance = balance - NEW.amount, last_entry = NEW.number,
    spent = spent + CASE WHEN NEW.credit_account = 'revenue' THEN NEW.amount ELSE 0 END,
    topped_up = topped_up - CASE WHEN NEW.credit_account LIKE 'clearing:%' THEN NEW.amount ELSE 0 END
  WHERE id = NEW.debit_account;
  UPDATE ledger_accounts SET balance = balance + NEW.amount, last_entry = NEW.number,
    spent = spent - CASE WHEN NEW.debit_account = 'revenue' THEN NEW.amount ELSE 0 END,
    topped_up = topped_up + CASE WHEN NEW.debit_account LIKE 'clearing:%' THEN NEW.amount ELSE 0 END
  WHERE id = NEW.credit_account;
END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_move BEFORE UPDATE ON ledger_accounts BEGIN
  SELECT RAISE(ABORT, 'ledger: a balance moves only by an entry')
  WHERE (
    NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.user_id IS OLD.user_id AND NEW.last_entry > OLD.last_entry
    AND NEW.balance = OLD.balance + (
      SELECT CASE NEW.id WHEN credit_account THEN amount WHEN debit_account THEN -amount END
      FROM ledger_entries WHERE number = NEW.last_entry
    )
  ) IS NOT TRUE;
END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_open BEFORE INSERT ON ledger_accounts WHEN NEW.balance <> 0 OR NEW.last_entry <> 0 OR NEW.spent <> 0 OR NEW.topped_up <> 0 BEGIN
  SELECT RAISE(ABORT, 'ledger: an account opens empty');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_keep BEFORE DELETE ON ledger_accounts BEGIN
  SELECT RAISE(ABORT, 'ledger: accounts are kept');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_immutable BEFORE UPDATE ON ledger_entries BEGIN
  SELECT RAISE(ABORT, 'ledger: entries are immutable');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_keep BEFORE DELETE ON ledger_entries BEGIN
  SELECT RAISE(ABORT, 'ledger: entries are kept');
END;
--> statement-breakpoint

-- What the customer sees of a movement: settled once, and then for ever. A late settlement may follow an expiry.
CREATE TRIGGER transactions_settle_once BEFORE UPDATE ON transactions BEGIN
  SELECT RAISE(ABORT, 'transactions: only an unsettled one may change, and only its outcome')
  WHERE (
    OLD.status <> 'SUCCESS' AND NEW.number = OLD.number AND NEW.id = OLD.id AND NEW.user_id = OLD.user_id
    AND NEW.type = OLD.type AND NEW.amount = OLD.amount AND NEW.subscription_id IS OLD.subscription_id
    AND NEW.created_at = OLD.created_at
  ) IS NOT TRUE;
END;
--> statement-breakpoint
CREATE TRIGGER transactions_keep BEFORE DELETE ON transactions BEGIN
  SELECT RAISE(ABORT, 'transactions: kept');
END;
--> statement-breakpoint
CREATE TRIGGER top_ups_settle_once BEFORE UPDATE ON top_ups BEGIN
  SELECT RAISE(ABORT, 'top-ups: a paid one stays as it is')
  WHERE (
    NEW.id = OLD.id AND NEW.user_id = OLD.user_id AND NEW.order_id = OLD.order_id AND NEW.amount = OLD.amount
    AND NEW.transaction_number = OLD.transaction_number AND (OLD.status <> 'SUCCESS' OR NEW.status = 'SUCCESS')
  ) IS NOT TRUE;
END;
--> statement-breakpoint
CREATE TRIGGER top_ups_keep BEFORE DELETE ON top_ups BEGIN
  SELECT RAISE(ABORT, 'top-ups: kept');
END;
--> statement-breakpoint

-- Slots: held by live subscriptions, taken and given back here and nowhere else. The CHECK on plans refuses one too many.
CREATE TRIGGER subscriptions_take_slot AFTER INSERT ON subscriptions
WHEN NEW.status IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED') BEGIN
  UPDATE plans SET used_quota = used_quota + 1 WHERE id = NEW.plan_id;
END;
--> statement-breakpoint
CREATE TRIGGER subscriptions_move_slot AFTER UPDATE OF status, plan_id ON subscriptions BEGIN
  UPDATE plans SET used_quota = used_quota - 1
  WHERE id = OLD.plan_id AND OLD.status IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')
    AND (NEW.status NOT IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED') OR NEW.plan_id <> OLD.plan_id);
  UPDATE plans SET used_quota = used_quota + 1
  WHERE id = NEW.plan_id AND NEW.status IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')
    AND (OLD.status NOT IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED') OR NEW.plan_id <> OLD.plan_id);
END;
--> statement-breakpoint
CREATE TRIGGER subscriptions_plan_of_service BEFORE INSERT ON subscriptions BEGIN
  SELECT RAISE(ABORT, 'subscriptions: plan of another service')
  WHERE NEW.service_id IS NOT (SELECT service_id FROM plans WHERE id = NEW.plan_id);
END;
--> statement-breakpoint
CREATE TRIGGER subscriptions_identity BEFORE UPDATE ON subscriptions BEGIN
  SELECT RAISE(ABORT, 'subscriptions: owner, service and number stay')
  WHERE NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.user_id <> OLD.user_id OR NEW.service_id <> OLD.service_id
    OR NEW.service_id IS NOT (SELECT service_id FROM plans WHERE id = NEW.plan_id);
END;
--> statement-breakpoint
CREATE TRIGGER subscriptions_keep BEFORE DELETE ON subscriptions BEGIN
  SELECT RAISE(ABORT, 'subscriptions: kept');
END;
--> statement-breakpoint

-- An audit entry is written once, behind the one before: its hash covers that one's, so none can change unseen.
CREATE TRIGGER audit_entries_chain BEFORE INSERT ON audit_entries BEGIN
  SELECT RAISE(ABORT, 'audit: chained to another entry')
  WHERE NEW.previous_hash IS NOT CASE NEW.number
    WHEN 1 THEN '0000000000000000000000000000000000000000000000000000000000000000'
    ELSE (SELECT hash FROM audit_entries WHERE number = NEW.number - 1) END;
END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_immutable BEFORE UPDATE ON audit_entries BEGIN
  SELECT RAISE(ABORT, 'audit: entries are immutable');
END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_keep BEFORE DELETE ON audit_entries BEGIN
  SELECT RAISE(ABORT, 'audit: entries are kept');
END;
--> statement-breakpoint

-- The version that a kept catalog page is compared with. It moves in the transaction that changes what the page shows.
INSERT INTO catalog_version (id, version) VALUES (1, 1);
--> statement-breakpoint
CREATE TRIGGER catalog_plan_added AFTER INSERT ON plans BEGIN UPDATE catalog_version SET version = version + 1; END;
--> statement-breakpoint
CREATE TRIGGER catalog_plan_changed AFTER UPDATE ON plans BEGIN UPDATE catalog_version SET version = version + 1; END;
--> statement-breakpoint
CREATE TRIGGER catalog_plan_removed AFTER DELETE ON plans BEGIN UPDATE catalog_version SET version = version + 1; END;
--> statement-breakpoint
CREATE TRIGGER catalog_service_added AFTER INSERT ON services BEGIN UPDATE catalog_version SET version = version + 1; END;
--> statement-breakpoint
CREATE TRIGGER catalog_service_changed AFTER UPDATE ON services BEGIN UPDATE catalog_version SET version = version + 1; END;
--> statement-breakpoint
CREATE TRIGGER catalog_service_removed AFTER DELETE ON services BEGIN UPDATE catalog_version SET version = version + 1; END;
--> statement-breakpoint
CREATE TRIGGER catalog_category_added AFTER INSERT ON categories BEGIN UPDATE catalog_version SET version = version + 1; END;
--> statement-breakpoint
CREATE TRIGGER catalog_category_changed AFTER UPDATE ON categories BEGIN UPDATE catalog_version SET version = version + 1; END;
--> statement-breakpoint
CREATE TRIGGER catalog_category_removed AFTER DELETE ON categories BEGIN UPDATE catalog_version SET version = version + 1; END;
--> statement-breakpoint

-- The house's own accounts.
INSERT INTO ledger_accounts (id, kind, user_id, balance, last_entry, created_at) VALUES
  ('clearing:midtrans', 'clearing', NULL, 0, 0, 0),
  ('revenue', 'revenue', NULL, 0, 0, 0),
  ('promo', 'promo', NULL, 0, 0, 0),
  ('refunds_payable', 'refunds_payable', NULL, 0, 0, 0),
  ('fees', 'fees', NULL, 0, 0, 0);
