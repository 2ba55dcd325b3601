CREATE INDEX `mails_user` ON `mails` (`user_id`);
--> statement-breakpoint

-- What a customer gives up when they close their account: neither a sale (revenue counts as spent, and is taxed) nor a promotion.
INSERT INTO ledger_accounts (id, kind, user_id, balance, last_entry, created_at) VALUES ('forfeited', 'forfeited', NULL, 0, 0, 0);
--> statement-breakpoint

-- A closed account stays closed, and names nobody again: also for a request that was let in before and writes after.
CREATE TRIGGER users_closed_for_good BEFORE UPDATE ON users WHEN OLD.status = 'CLOSED' BEGIN
  SELECT RAISE(ABORT, 'users: a closed account stays as it is');
END;
--> statement-breakpoint
CREATE TRIGGER sessions_of_open_account BEFORE INSERT ON sessions BEGIN
  SELECT RAISE(ABORT, 'sessions: the account is closed') FROM users WHERE id = NEW.user_id AND status = 'CLOSED';
END;
--> statement-breakpoint
CREATE TRIGGER account_tokens_of_open_account BEFORE INSERT ON account_tokens BEGIN
  SELECT RAISE(ABORT, 'account-tokens: the account is closed') FROM users WHERE id = NEW.user_id AND status = 'CLOSED';
END;
--> statement-breakpoint
CREATE TRIGGER api_tokens_of_open_account BEFORE INSERT ON api_tokens BEGIN
  SELECT RAISE(ABORT, 'api-tokens: the account is closed') FROM users WHERE id = NEW.user_id AND status = 'CLOSED';
END;
--> statement-breakpoint
CREATE TRIGGER two_factors_of_open_account BEFORE INSERT ON two_factors BEGIN
  SELECT RAISE(ABORT, 'two-factors: the account is closed') FROM users WHERE id = NEW.user_id AND status = 'CLOSED';
END;
--> statement-breakpoint
CREATE TRIGGER subscriptions_of_open_account BEFORE INSERT ON subscriptions BEGIN
  SELECT RAISE(ABORT, 'subscriptions: the account is closed') FROM users WHERE id = NEW.user_id AND status = 'CLOSED';
END;
