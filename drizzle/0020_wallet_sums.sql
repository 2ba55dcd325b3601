CREATE TABLE `wallet_sums` (
	`user_id` text NOT NULL,
	`type` text NOT NULL,
	`transactions` integer NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`user_id`, `type`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
