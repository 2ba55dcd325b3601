-- A payment set aside is decided once; only one that was let go is looked at again, when its money has come back since.
-- What the provider says was paid may change while nobody has decided.
CREATE TRIGGER payment_cases_decide_once BEFORE UPDATE ON payment_cases BEGIN
  SELECT RAISE(ABORT, 'payment cases: decided once')
  WHERE (
    (OLD.status = 'OPEN' OR (OLD.status = 'DISMISSED' AND NEW.status = 'OPEN')) AND (NEW.status = 'OPEN' OR NEW.amount IS OLD.amount)
    AND NEW.id = OLD.id AND NEW.top_up_id = OLD.top_up_id AND NEW.kind = OLD.kind
    AND NEW.provider_transaction_id = OLD.provider_transaction_id AND NEW.created_at = OLD.created_at
  ) IS NOT TRUE;
END;
--> statement-breakpoint
CREATE TRIGGER payment_cases_keep BEFORE DELETE ON payment_cases BEGIN
  SELECT RAISE(ABORT, 'payment cases: kept');
END;
--> statement-breakpoint

-- One payment of the provider is credited once: as a top-up, or by a person who decided its case, never as both.
-- A case whose payment has no name may be about any payment of its order.
CREATE TRIGGER payment_cases_credited_once BEFORE UPDATE OF status ON payment_cases WHEN NEW.status = 'CREDITED' BEGIN
  SELECT RAISE(ABORT, 'payment cases: no money of ours') WHERE NEW.amount IS NULL OR NEW.kind = 'merchant';
  SELECT RAISE(ABORT, 'payment cases: this payment is credited already')
  FROM top_ups WHERE id = NEW.top_up_id AND status = 'SUCCESS'
    AND NEW.provider_transaction_id IN ('', coalesce(provider_transaction_id, ''));
  SELECT RAISE(ABORT, 'payment cases: this payment is credited already')
  FROM payment_cases WHERE top_up_id = NEW.top_up_id AND status = 'CREDITED' AND id <> NEW.id
    AND (provider_transaction_id IN ('', NEW.provider_transaction_id) OR NEW.provider_transaction_id = '');
END;
--> statement-breakpoint
CREATE TRIGGER top_ups_credited_once BEFORE UPDATE OF status ON top_ups WHEN NEW.status = 'SUCCESS' AND OLD.status <> 'SUCCESS' BEGIN
  SELECT RAISE(ABORT, 'top-ups: this payment is credited already')
  FROM payment_cases WHERE top_up_id = NEW.id AND status = 'CREDITED'
    AND provider_transaction_id IN ('', coalesce(NEW.provider_transaction_id, ''));
END;
--> statement-breakpoint

-- What the provider took on top is known when it is paid, and stays.
CREATE TRIGGER top_ups_surcharge_new BEFORE INSERT ON top_ups WHEN NEW.surcharge <> 0 BEGIN
  SELECT RAISE(ABORT, 'top-ups: a new one has no surcharge');
END;
--> statement-breakpoint
CREATE TRIGGER top_ups_surcharge BEFORE UPDATE OF surcharge ON top_ups WHEN NEW.surcharge <> OLD.surcharge BEGIN
  SELECT RAISE(ABORT, 'top-ups: a surcharge is known when it is paid')
  WHERE NEW.surcharge < 0 OR OLD.status = 'SUCCESS' OR NEW.status <> 'SUCCESS';
END;
--> statement-breakpoint

-- Payments that were named with an order. Every one that was credited or set aside is among them.
INSERT INTO provider_payments (top_up_id, transaction_id, seen_at)
SELECT id, provider_transaction_id, updated_at FROM top_ups WHERE provider_transaction_id IS NOT NULL AND provider_transaction_id <> '';
--> statement-breakpoint
INSERT INTO provider_payments (top_up_id, transaction_id, seen_at)
SELECT top_up_id, provider_transaction_id, min(created_at) FROM payment_cases WHERE provider_transaction_id <> ''
GROUP BY top_up_id, provider_transaction_id
ON CONFLICT DO NOTHING;
--> statement-breakpoint
INSERT INTO provider_payments (top_up_id, transaction_id, seen_at)
SELECT t.id, n.transaction_id, min(n.received_at) FROM (
  SELECT order_id, json_extract(body, '$.transaction_id') AS transaction_id, received_at FROM payment_notifications
  WHERE signature_valid = 1 AND json_valid(body)
) n JOIN top_ups t ON t.order_id = n.order_id
WHERE typeof(n.transaction_id) = 'text' AND length(n.transaction_id) BETWEEN 1 AND 50
GROUP BY t.id, n.transaction_id
ON CONFLICT DO NOTHING;
--> statement-breakpoint
UPDATE payment_notifications SET asked = received WHERE processed_at IS NOT NULL;
--> statement-breakpoint
CREATE TRIGGER provider_payments_fixed BEFORE UPDATE ON provider_payments BEGIN
  SELECT RAISE(ABORT, 'provider payments: only what is said of one changes, and each change counts')
  WHERE NEW.top_up_id <> OLD.top_up_id OR NEW.transaction_id <> OLD.transaction_id OR NEW.seen_at <> OLD.seen_at
    OR NEW.changes <> OLD.changes + (NEW.state IS NOT OLD.state);
END;
--> statement-breakpoint
CREATE TRIGGER provider_payments_keep BEFORE DELETE ON provider_payments BEGIN
  SELECT RAISE(ABORT, 'provider payments: kept');
END;
--> statement-breakpoint
CREATE TRIGGER top_ups_named_payment BEFORE UPDATE OF provider_transaction_id ON top_ups
WHEN NEW.provider_transaction_id IS NOT OLD.provider_transaction_id BEGIN
  SELECT RAISE(ABORT, 'top-ups: a payment that was never named with the order, or another one')
  WHERE OLD.provider_transaction_id IS NOT NULL
    OR NOT EXISTS (SELECT 1 FROM provider_payments WHERE top_up_id = NEW.id AND transaction_id = NEW.provider_transaction_id);
END;
--> statement-breakpoint
CREATE TRIGGER payment_cases_counted AFTER INSERT ON payment_cases BEGIN
  INSERT INTO status_counts (subject, status, total) VALUES ('payment_cases', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER payment_cases_recounted AFTER UPDATE OF status ON payment_cases WHEN NEW.status <> OLD.status BEGIN
  UPDATE status_counts SET total = total - 1 WHERE subject = 'payment_cases' AND status = OLD.status;
  INSERT INTO status_counts (subject, status, total) VALUES ('payment_cases', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
