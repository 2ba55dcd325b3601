-- Where each stands, and when the clock has to look at it: the program counts anew what is overdue the first time that it looks.
UPDATE subscriptions SET
  stage_since = CASE
    WHEN status = 'PENDING' THEN CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHEN status = 'GRACE' THEN current_period_end
    WHEN suspended_by = 'unpaid' THEN current_period_end + 259200000
    WHEN ended_at IS NOT NULL THEN ended_at
    ELSE updated_at END,
  next_step_at = CASE
    WHEN suspended_by = 'admin' OR app_removed_at IS NOT NULL THEN NULL
    WHEN status = 'PENDING' THEN CAST(unixepoch('subsec') * 1000 AS INTEGER)
    ELSE coalesce(ended_at, current_period_end) END;
--> statement-breakpoint
-- Reminders come before the end of a period.
UPDATE subscriptions SET notice_at = current_period_end - 604800000
WHERE status = 'ACTIVE' AND current_period_end - 604800000 > CAST(unixepoch('subsec') * 1000 AS INTEGER);
--> statement-breakpoint
UPDATE instances SET deployed_at = created_at;
--> statement-breakpoint
-- Drawn from the table of the lifecycle in the program (src/features/subscriptions/lifecycle.ts): no other change of state exists.
CREATE TRIGGER subscriptions_lifecycle BEFORE UPDATE ON subscriptions
WHEN NEW.status <> OLD.status OR NEW.suspended_by IS NOT OLD.suspended_by BEGIN
  SELECT RAISE(ABORT, 'subscriptions: no such step in its life')
  WHERE OLD.status || coalesce('/' || OLD.suspended_by, '') || '>' || NEW.status || coalesce('/' || NEW.suspended_by, '') NOT IN (
    'ACTIVE>CANCELLED', 'ACTIVE>EXPIRED', 'ACTIVE>GRACE', 'ACTIVE>SUSPENDED/admin',
    'ACTIVE>SUSPENDED/customer', 'CANCELLED>ACTIVE', 'EXPIRED>ACTIVE', 'GRACE>ACTIVE',
    'GRACE>CANCELLED', 'GRACE>EXPIRED', 'GRACE>SUSPENDED/admin', 'GRACE>SUSPENDED/unpaid',
    'PENDING>ACTIVE', 'PENDING>CANCELLED', 'PENDING>EXPIRED', 'PENDING>SUSPENDED/admin',
    'SUSPENDED/admin>ACTIVE', 'SUSPENDED/admin>CANCELLED', 'SUSPENDED/admin>EXPIRED', 'SUSPENDED/admin>PENDING',
    'SUSPENDED/customer>ACTIVE', 'SUSPENDED/customer>CANCELLED', 'SUSPENDED/customer>EXPIRED', 'SUSPENDED/customer>SUSPENDED/admin',
    'SUSPENDED/customer>SUSPENDED/unpaid', 'SUSPENDED/unpaid>ACTIVE', 'SUSPENDED/unpaid>CANCELLED', 'SUSPENDED/unpaid>EXPIRED'
  );
END;
--> statement-breakpoint
-- What has ended comes back only while its app is kept.
CREATE TRIGGER subscriptions_restore BEFORE UPDATE ON subscriptions WHEN OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL BEGIN
  SELECT RAISE(ABORT, 'subscriptions: its app is gone') WHERE OLD.app_removed_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER subscriptions_begin BEFORE INSERT ON subscriptions BEGIN
  SELECT RAISE(ABORT, 'subscriptions: the clock would never look at it') WHERE NEW.next_step_at IS NULL AND NEW.app_removed_at IS NULL;
END;
--> statement-breakpoint
-- Nothing is forgotten by the clock but what an administrator has suspended, and what is gone.
CREATE TRIGGER subscriptions_looked_after BEFORE UPDATE ON subscriptions
WHEN NEW.next_step_at IS NULL AND NEW.suspended_by IS NOT 'admin' AND NEW.app_removed_at IS NULL BEGIN
  SELECT RAISE(ABORT, 'subscriptions: the clock would never look at it');
END;
--> statement-breakpoint
-- Money that comes into a wallet pays what is overdue, the oldest first, whichever way it came.
CREATE TRIGGER ledger_entries_settle AFTER INSERT ON ledger_entries WHEN NEW.credit_account LIKE 'wallet:%' BEGIN
  UPDATE subscriptions SET next_step_at = min(next_step_at, current_period_end)
  WHERE user_id = substr(NEW.credit_account, 8) AND status IN ('GRACE', 'SUSPENDED')
    AND status IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED') AND suspended_by IS NOT 'admin' AND suspended_by IS NOT 'customer';
END;
