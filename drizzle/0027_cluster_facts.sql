CREATE TABLE `cluster_facts` (
	`id` integer PRIMARY KEY NOT NULL,
	`nodes` text NOT NULL,
	`largest` text NOT NULL,
	`storage_classes` text NOT NULL,
	`changed_at` integer NOT NULL,
	CONSTRAINT "cluster_facts_single" CHECK("cluster_facts"."id" = 1)
) STRICT;
--> statement-breakpoint
ALTER TABLE `instances` ADD `storage_class` text;
--> statement-breakpoint
-- What a plan shows of the cluster behind it is part of its catalog page.
CREATE TRIGGER catalog_cluster_seen AFTER INSERT ON cluster_facts BEGIN UPDATE catalog_version SET version = version + 1, content = content + 1; END;
--> statement-breakpoint
CREATE TRIGGER catalog_cluster_changed AFTER UPDATE OF largest, storage_classes ON cluster_facts WHEN NEW.largest <> OLD.largest OR NEW.storage_classes <> OLD.storage_classes BEGIN UPDATE catalog_version SET version = version + 1, content = content + 1; END;
