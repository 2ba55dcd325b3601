-- What a charge says is what its transaction moved, and stays so.
CREATE TRIGGER charges_of_transaction BEFORE INSERT ON charges BEGIN
  SELECT RAISE(ABORT, 'charges: not what the transaction says')
  WHERE NOT EXISTS (
    SELECT 1 FROM transactions
    WHERE number = NEW.transaction_number AND type = 'CHARGE' AND status = 'SUCCESS' AND amount = -NEW.total
      AND subscription_id = NEW.subscription_id
  );
END;
--> statement-breakpoint
CREATE TRIGGER charges_immutable BEFORE UPDATE ON charges BEGIN
  SELECT RAISE(ABORT, 'charges: immutable');
END;
--> statement-breakpoint
CREATE TRIGGER charges_keep BEFORE DELETE ON charges BEGIN
  SELECT RAISE(ABORT, 'charges: kept');
END;
--> statement-breakpoint

-- What is owed to the state of what customers paid.
INSERT INTO ledger_accounts (id, kind, user_id, balance, last_entry, created_at) VALUES ('tax', 'tax', NULL, 0, 0, 0);
--> statement-breakpoint

-- Until now every lifted suspension started its app: those that are suspended now keep to that.
INSERT INTO suspension_stops (subscription_id, stopped_at)
  SELECT s.id, s.updated_at FROM subscriptions s JOIN instances i ON i.subscription_id = s.id
  WHERE s.status = 'SUSPENDED' AND s.suspended_by = 'unpaid' AND i.desired_state = 'STOPPED';
