-- How many rows have which status, counted where one changes. Most of these tables keep their rows; where one may go it is counted back.
CREATE TRIGGER subscriptions_counted AFTER INSERT ON subscriptions BEGIN
  INSERT INTO status_counts (subject, status, total) VALUES ('subscriptions', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER subscriptions_recounted AFTER UPDATE OF status ON subscriptions WHEN NEW.status <> OLD.status BEGIN
  UPDATE status_counts SET total = total - 1 WHERE subject = 'subscriptions' AND status = OLD.status;
  INSERT INTO status_counts (subject, status, total) VALUES ('subscriptions', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER instances_counted AFTER INSERT ON instances BEGIN
  INSERT INTO status_counts (subject, status, total) VALUES ('instances', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER instances_recounted AFTER UPDATE OF status ON instances WHEN NEW.status <> OLD.status BEGIN
  UPDATE status_counts SET total = total - 1 WHERE subject = 'instances' AND status = OLD.status;
  INSERT INTO status_counts (subject, status, total) VALUES ('instances', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER instances_uncounted AFTER DELETE ON instances BEGIN
  UPDATE status_counts SET total = total - 1 WHERE subject = 'instances' AND status = OLD.status;
END;
--> statement-breakpoint
CREATE TRIGGER top_ups_counted AFTER INSERT ON top_ups BEGIN
  INSERT INTO status_counts (subject, status, total) VALUES ('top_ups', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER top_ups_recounted AFTER UPDATE OF status ON top_ups WHEN NEW.status <> OLD.status BEGIN
  UPDATE status_counts SET total = total - 1 WHERE subject = 'top_ups' AND status = OLD.status;
  INSERT INTO status_counts (subject, status, total) VALUES ('top_ups', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER refunds_counted AFTER INSERT ON refunds BEGIN
  INSERT INTO status_counts (subject, status, total) VALUES ('refunds', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER refunds_recounted AFTER UPDATE OF status ON refunds WHEN NEW.status <> OLD.status BEGIN
  UPDATE status_counts SET total = total - 1 WHERE subject = 'refunds' AND status = OLD.status;
  INSERT INTO status_counts (subject, status, total) VALUES ('refunds', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
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
--> statement-breakpoint
CREATE TRIGGER jobs_counted AFTER INSERT ON jobs WHEN NEW.status <> 'DONE' BEGIN
  INSERT INTO status_counts (subject, status, total) VALUES ('jobs', NEW.status, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER jobs_recounted AFTER UPDATE OF status ON jobs WHEN NEW.status <> OLD.status BEGIN
  UPDATE status_counts SET total = total - 1 WHERE subject = 'jobs' AND status = OLD.status;
  INSERT INTO status_counts (subject, status, total) SELECT 'jobs', NEW.status, 1 WHERE NEW.status <> 'DONE'
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER jobs_uncounted AFTER DELETE ON jobs WHEN OLD.status <> 'DONE' BEGIN
  UPDATE status_counts SET total = total - 1 WHERE subject = 'jobs' AND status = OLD.status;
END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_counted AFTER INSERT ON ledger_accounts BEGIN
  INSERT INTO status_counts (subject, status, total) VALUES ('ledger_accounts', NEW.kind, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
-- What there is already.
INSERT INTO status_counts (subject, status, total)
  SELECT 'subscriptions', status, count(*) FROM subscriptions GROUP BY 2
  UNION ALL SELECT 'instances', status, count(*) FROM instances GROUP BY 2
  UNION ALL SELECT 'top_ups', status, count(*) FROM top_ups GROUP BY 2
  UNION ALL SELECT 'refunds', status, count(*) FROM refunds GROUP BY 2
  UNION ALL SELECT 'payment_cases', status, count(*) FROM payment_cases GROUP BY 2
  UNION ALL SELECT 'jobs', status, count(*) FROM jobs WHERE status <> 'DONE' GROUP BY 2
  UNION ALL SELECT 'ledger_accounts', kind, count(*) FROM ledger_accounts GROUP BY 2;
--> statement-breakpoint
-- Apps that were told to go already: nobody has to look after them again.
UPDATE subscriptions SET app_removed_at = updated_at WHERE ended_at IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM instances WHERE instances.subscription_id = subscriptions.id AND desired_state <> 'DELETED'
);
