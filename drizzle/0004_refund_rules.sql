-- Lifetime sums: what is reserved for a refund to where it came from has left the wallet's top-ups already.
DROP TRIGGER ledger_entries_post;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_post AFTER INSERT ON ledger_entries BEGIN
  UPDATE ledger_accounts SET balance = balance - NEW.amount, last_entry = NEW.number,
    spent = spent + CASE WHEN NEW.credit_account = 'revenue' THEN NEW.amount ELSE 0 END,
    topped_up = topped_up
      - CASE WHEN NEW.credit_account LIKE 'clearing:%' OR NEW.credit_account = 'refunds_payable' THEN NEW.amount ELSE 0 END
  WHERE id = NEW.debit_account;
  UPDATE ledger_accounts SET balance = balance + NEW.amount, last_entry = NEW.number,
    spent = spent - CASE WHEN NEW.debit_account = 'revenue' THEN NEW.amount ELSE 0 END,
    topped_up = topped_up
      + CASE WHEN NEW.debit_account LIKE 'clearing:%' OR NEW.debit_account = 'refunds_payable' THEN NEW.amount ELSE 0 END
  WHERE id = NEW.credit_account;
END;
--> statement-breakpoint

-- What a customer owes can be paid, but not more than that; and only what was reserved for refunds can be sent.
CREATE TRIGGER ledger_entries_owed BEFORE INSERT ON ledger_entries BEGIN
  SELECT RAISE(ABORT, 'ledger: more than is owed')
  FROM ledger_accounts WHERE id = NEW.credit_account AND kind = 'receivable' AND balance + NEW.amount > 0;
END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_reserved BEFORE INSERT ON ledger_entries WHEN NEW.debit_account = 'refunds_payable' BEGIN
  SELECT RAISE(ABORT, 'ledger: more than is reserved')
  FROM ledger_accounts WHERE id = NEW.debit_account AND balance < NEW.amount;
END;
--> statement-breakpoint

-- Of a top-up never more can go back than was paid: by the provider's own reversals and by refunds of ours together.
CREATE TRIGGER top_ups_new BEFORE INSERT ON top_ups WHEN NEW.fee < 0 OR NEW.taken_back <> 0 OR NEW.corrections <> 0 BEGIN
  SELECT RAISE(ABORT, 'top-ups: a new one has nothing taken back');
END;
--> statement-breakpoint
CREATE TRIGGER top_ups_corrections BEFORE UPDATE ON top_ups BEGIN
  SELECT RAISE(ABORT, 'top-ups: fee and corrections')
  WHERE NEW.fee <> OLD.fee OR NEW.corrections < OLD.corrections;
END;
--> statement-breakpoint
CREATE TRIGGER top_ups_taken_back BEFORE UPDATE OF taken_back ON top_ups WHEN NEW.taken_back <> OLD.taken_back BEGIN
  SELECT RAISE(ABORT, 'top-ups: more would go back than was paid')
  WHERE NEW.status <> 'SUCCESS' OR NEW.taken_back < 0 OR NEW.taken_back + (
    SELECT coalesce(sum(amount), 0) FROM refunds WHERE top_up_id = NEW.id AND status <> 'VOIDED'
  ) > NEW.amount;
END;
--> statement-breakpoint
CREATE TRIGGER refunds_bounded BEFORE INSERT ON refunds BEGIN
  SELECT RAISE(ABORT, 'refunds: more than was paid')
  WHERE NEW.status <> 'RESERVED' OR (
    SELECT t.user_id = NEW.user_id AND t.status = 'SUCCESS' AND t.amount >= t.taken_back + NEW.amount + (
      SELECT coalesce(sum(amount), 0) FROM refunds WHERE top_up_id = NEW.top_up_id AND status <> 'VOIDED'
    ) FROM top_ups t WHERE t.id = NEW.top_up_id
  ) IS NOT TRUE;
END;
--> statement-breakpoint
CREATE TRIGGER refunds_end_once BEFORE UPDATE ON refunds BEGIN
  SELECT RAISE(ABORT, 'refunds: only a reserved one may change, and only its outcome')
  WHERE (
    OLD.status = 'RESERVED' AND NEW.id = OLD.id AND NEW.top_up_id = OLD.top_up_id AND NEW.user_id = OLD.user_id
    AND NEW.amount = OLD.amount AND NEW.way = OLD.way AND NEW.transaction_number = OLD.transaction_number
    AND NEW.created_at = OLD.created_at
  ) IS NOT TRUE;
END;
--> statement-breakpoint
CREATE TRIGGER refunds_keep BEFORE DELETE ON refunds BEGIN
  SELECT RAISE(ABORT, 'refunds: kept');
END;
--> statement-breakpoint

-- A payment set aside is decided once.
CREATE TRIGGER payment_cases_decide_once BEFORE UPDATE ON payment_cases BEGIN
  SELECT RAISE(ABORT, 'payment cases: decided once')
  WHERE (
    OLD.status = 'OPEN' AND NEW.id = OLD.id AND NEW.top_up_id = OLD.top_up_id AND NEW.kind = OLD.kind
    AND NEW.provider_transaction_id = OLD.provider_transaction_id AND NEW.amount IS OLD.amount
  ) IS NOT TRUE;
END;
--> statement-breakpoint
CREATE TRIGGER payment_cases_keep BEFORE DELETE ON payment_cases BEGIN
  SELECT RAISE(ABORT, 'payment cases: kept');
END;
