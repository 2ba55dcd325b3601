CREATE TABLE `plan_revenue` (
	`plan_id` text NOT NULL,
	`month` text NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`plan_id`, `month`)
) STRICT;
--> statement-breakpoint
ALTER TABLE `charges` ADD `month` text;
--> statement-breakpoint
CREATE TRIGGER charges_earned AFTER INSERT ON charges WHEN NEW.month IS NOT NULL AND NEW.plan_id IS NOT NULL BEGIN
  INSERT INTO plan_revenue (plan_id, month, amount) VALUES (NEW.plan_id, NEW.month, NEW.net)
  ON CONFLICT (plan_id, month) DO UPDATE SET amount = amount + excluded.amount;
END;
--> statement-breakpoint
-- What of a charge goes back, and what of its tax comes back then.
CREATE TRIGGER charges_returned AFTER INSERT ON ledger_entries WHEN NEW.reverses IS NOT NULL AND NEW.debit_account = 'revenue' BEGIN
  UPDATE plan_revenue SET amount = amount - NEW.amount WHERE (plan_id, month) = (
    SELECT c.plan_id, c.month FROM ledger_entries e JOIN charges c ON c.transaction_number = e.transaction_number WHERE e.number = NEW.reverses);
END;
--> statement-breakpoint
CREATE TRIGGER charges_tax_returned AFTER INSERT ON ledger_entries WHEN NEW.reverses IS NOT NULL AND NEW.debit_account = 'tax' BEGIN
  UPDATE plan_revenue SET amount = amount + NEW.amount WHERE (plan_id, month) = (
    SELECT c.plan_id, c.month FROM ledger_entries t JOIN ledger_entries e ON e.source = substr(t.source, 5)
      JOIN charges c ON c.transaction_number = e.transaction_number WHERE t.number = NEW.reverses);
END;
