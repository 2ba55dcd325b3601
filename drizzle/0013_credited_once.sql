-- One payment of the provider is credited once: as a top-up, or by a person who decided its case, never as both.
CREATE TRIGGER payment_cases_credited_once BEFORE UPDATE OF status ON payment_cases WHEN NEW.status = 'CREDITED' BEGIN
  SELECT RAISE(ABORT, 'payment cases: this payment is credited already')
  FROM top_ups WHERE id = NEW.top_up_id AND status = 'SUCCESS' AND coalesce(provider_transaction_id, '') = NEW.provider_transaction_id;
  SELECT RAISE(ABORT, 'payment cases: this payment is credited already')
  FROM payment_cases WHERE top_up_id = NEW.top_up_id AND provider_transaction_id = NEW.provider_transaction_id
    AND status = 'CREDITED' AND id <> NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER top_ups_credited_once BEFORE UPDATE OF status ON top_ups WHEN NEW.status = 'SUCCESS' AND OLD.status <> 'SUCCESS' BEGIN
  SELECT RAISE(ABORT, 'top-ups: this payment is credited already')
  FROM payment_cases WHERE top_up_id = NEW.id AND status = 'CREDITED'
    AND provider_transaction_id = coalesce(NEW.provider_transaction_id, '');
END;
