DROP INDEX `transactions_user`;--> statement-breakpoint
CREATE INDEX `transactions_statement` ON `transactions` (`user_id`,`number`,`type`,`status`,`created_at`,`amount`);