CREATE TABLE `charges` (
	`transaction_number` integer PRIMARY KEY NOT NULL,
	`subscription_id` text NOT NULL,
	`kind` text NOT NULL,
	`period_index` integer NOT NULL,
	`billing_cycle` text NOT NULL,
	`period_start` integer NOT NULL,
	`period_end` integer NOT NULL,
	`service_name` text NOT NULL,
	`plan_name` text NOT NULL,
	`net` integer NOT NULL,
	`tax` integer NOT NULL,
	`total` integer NOT NULL,
	`tax_name` text NOT NULL,
	`tax_rate_bp` integer NOT NULL,
	`tax_base_numerator` integer NOT NULL,
	`tax_base_denominator` integer NOT NULL,
	`prices_include_tax` integer NOT NULL,
	FOREIGN KEY (`transaction_number`) REFERENCES `transactions`(`number`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "charges_sum" CHECK("charges"."net" + "charges"."tax" = "charges"."total"),
	CONSTRAINT "charges_amounts" CHECK("charges"."net" >= 0 and "charges"."tax" >= 0 and "charges"."total" > 0),
	CONSTRAINT "charges_kind" CHECK("charges"."kind" in ('period', 'upgrade')),
	CONSTRAINT "charges_cycle" CHECK("charges"."billing_cycle" in ('MONTHLY', 'QUARTERLY', 'YEARLY')),
	CONSTRAINT "charges_period" CHECK("charges"."period_index" >= 0 and "charges"."period_end" > "charges"."period_start"),
	CONSTRAINT "charges_tax_rule" CHECK("charges"."tax_rate_bp" between 0 and 10000 and "charges"."tax_base_numerator" between 1 and "charges"."tax_base_denominator")
) STRICT;
--> statement-breakpoint
CREATE TABLE `suspension_stops` (
	`subscription_id` text PRIMARY KEY NOT NULL,
	`stopped_at` integer NOT NULL,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
