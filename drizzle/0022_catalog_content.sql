ALTER TABLE `catalog_version` ADD `content` integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
-- What is kept of the catalog in memory holds until anything but a slot changes.
DROP TRIGGER catalog_plan_added;
--> statement-breakpoint
CREATE TRIGGER catalog_plan_added AFTER INSERT ON plans BEGIN UPDATE catalog_version SET version = version + 1, content = content + 1; END;
--> statement-breakpoint
CREATE TRIGGER catalog_plan_content_changed AFTER UPDATE OF service_id, name, tier, price, quarterly_discount_percent, yearly_discount_percent, cpu_millicores, memory_mb, storage_gb, features, total_quota, status ON plans BEGIN UPDATE catalog_version SET content = content + 1; END;
--> statement-breakpoint
DROP TRIGGER catalog_plan_removed;
--> statement-breakpoint
CREATE TRIGGER catalog_plan_removed AFTER DELETE ON plans BEGIN UPDATE catalog_version SET version = version + 1, content = content + 1; END;
--> statement-breakpoint
DROP TRIGGER catalog_service_added;
--> statement-breakpoint
CREATE TRIGGER catalog_service_added AFTER INSERT ON services BEGIN UPDATE catalog_version SET version = version + 1, content = content + 1; END;
--> statement-breakpoint
DROP TRIGGER catalog_service_changed;
--> statement-breakpoint
CREATE TRIGGER catalog_service_changed AFTER UPDATE ON services BEGIN UPDATE catalog_version SET version = version + 1, content = content + 1; END;
--> statement-breakpoint
DROP TRIGGER catalog_service_removed;
--> statement-breakpoint
CREATE TRIGGER catalog_service_removed AFTER DELETE ON services BEGIN UPDATE catalog_version SET version = version + 1, content = content + 1; END;
--> statement-breakpoint
DROP TRIGGER catalog_category_added;
--> statement-breakpoint
CREATE TRIGGER catalog_category_added AFTER INSERT ON categories BEGIN UPDATE catalog_version SET version = version + 1, content = content + 1; END;
--> statement-breakpoint
DROP TRIGGER catalog_category_changed;
--> statement-breakpoint
CREATE TRIGGER catalog_category_changed AFTER UPDATE ON categories BEGIN UPDATE catalog_version SET version = version + 1, content = content + 1; END;
--> statement-breakpoint
DROP TRIGGER catalog_category_removed;
--> statement-breakpoint
CREATE TRIGGER catalog_category_removed AFTER DELETE ON categories BEGIN UPDATE catalog_version SET version = version + 1, content = content + 1; END;
