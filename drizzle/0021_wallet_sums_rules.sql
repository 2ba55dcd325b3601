-- What a customer's transactions that have happened come to, summed where one happens: they are settled once, and kept.
CREATE TRIGGER transactions_summed AFTER INSERT ON transactions WHEN NEW.status = 'SUCCESS' BEGIN
  INSERT INTO wallet_sums (user_id, type, transactions, amount) VALUES (NEW.user_id, NEW.type, 1, NEW.amount)
  ON CONFLICT (user_id, type) DO UPDATE SET transactions = transactions + 1, amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER transactions_summed_late AFTER UPDATE OF status ON transactions
WHEN NEW.status = 'SUCCESS' AND OLD.status <> 'SUCCESS' BEGIN
  INSERT INTO wallet_sums (user_id, type, transactions, amount) VALUES (NEW.user_id, NEW.type, 1, NEW.amount)
  ON CONFLICT (user_id, type) DO UPDATE SET transactions = transactions + 1, amount = amount + excluded.amount;
END;
--> statement-breakpoint
-- What there is already.
INSERT INTO wallet_sums (user_id, type, transactions, amount)
  SELECT user_id, type, count(*), sum(amount) FROM transactions WHERE status = 'SUCCESS' GROUP BY 1, 2;
