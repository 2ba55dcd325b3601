ALTER TABLE `services` ADD `presets` text DEFAULT '{}' NOT NULL CONSTRAINT "services_presets" CHECK(json_type("services"."presets") = 'object');--> statement-breakpoint
ALTER TABLE `services` ADD `sealed_presets` text;--> statement-breakpoint
ALTER TABLE `services` ADD `customer_inputs` text CONSTRAINT "services_customer_inputs" CHECK("services"."customer_inputs" is null or json_type("services"."customer_inputs") = 'array');--> statement-breakpoint
CREATE INDEX `services_sealed_key` ON `services` (substr(substr(sealed_presets, 4), 1, instr(substr(sealed_presets, 4), '.') - 1),`id`);--> statement-breakpoint
ALTER TABLE `instances` ADD `customer_inputs` text CONSTRAINT "instances_customer_inputs" CHECK("instances"."customer_inputs" is null or json_type("instances"."customer_inputs") = 'array');
