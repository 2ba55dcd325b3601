CREATE TABLE `app_template_numbers` (
	`name` text PRIMARY KEY NOT NULL,
	`last` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `app_template_versions` (
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`status` text NOT NULL,
	`body` text NOT NULL,
	`hash` text NOT NULL,
	`note` text,
	`used` integer DEFAULT false NOT NULL,
	`created_by` text,
	`created_at` integer NOT NULL,
	`published_at` integer,
	PRIMARY KEY(`name`, `version`),
	FOREIGN KEY (`name`) REFERENCES `app_templates`(`name`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "app_template_versions_status" CHECK("app_template_versions"."status" in ('DRAFT', 'PUBLISHED')),
	CONSTRAINT "app_template_versions_number" CHECK("app_template_versions"."version" >= 1),
	CONSTRAINT "app_template_versions_published" CHECK(("app_template_versions"."status" = 'PUBLISHED') = ("app_template_versions"."published_at" is not null))
) STRICT;
--> statement-breakpoint
CREATE TABLE `app_templates` (
	`name` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`origin` text NOT NULL,
	`status` text DEFAULT 'ACTIVE' NOT NULL,
	`current_version` integer,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`name`,`current_version`) REFERENCES `app_template_versions`(`name`,`version`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "app_templates_origin" CHECK("app_templates"."origin" in ('built-in', 'operator')),
	CONSTRAINT "app_templates_status" CHECK("app_templates"."status" in ('ACTIVE', 'RETIRED'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `app_templates_title` ON `app_templates` (`status`,`title`,`name`);--> statement-breakpoint
ALTER TABLE `instances` ADD `template_version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX `instances_template` ON `instances` (`template_name`,`template_version`,`id`) WHERE status <> 'TERMINATED';--> statement-breakpoint
CREATE INDEX `services_template` ON `services` (`template_name`);--> statement-breakpoint
-- What a template said once it says for ever: apps were made of it.
CREATE TRIGGER app_template_versions_immutable BEFORE UPDATE OF name, version, body, hash, note, created_by, created_at ON app_template_versions
BEGIN
  SELECT RAISE(ABORT, 'IMMUTABLE: a version of a template is never changed');
END;
--> statement-breakpoint
CREATE TRIGGER app_template_versions_forward BEFORE UPDATE OF status, used, published_at ON app_template_versions
WHEN new.used < old.used OR (old.status = 'PUBLISHED' AND (new.status <> 'PUBLISHED' OR new.published_at IS NOT old.published_at))
BEGIN
  SELECT RAISE(ABORT, 'IMMUTABLE: a published version stays published');
END;
--> statement-breakpoint
-- A number that is never given twice names one body for ever, also after a deletion.
CREATE TRIGGER app_template_versions_numbered BEFORE INSERT ON app_template_versions
WHEN new.version <> coalesce((SELECT last FROM app_template_numbers WHERE name = new.name), 0) + 1
BEGIN
  SELECT RAISE(ABORT, 'NUMBER: versions of a template count up from 1, without one twice');
END;
--> statement-breakpoint
CREATE TRIGGER app_template_versions_counted AFTER INSERT ON app_template_versions
BEGIN
  INSERT INTO app_template_numbers (name, last) VALUES (new.name, new.version) ON CONFLICT (name) DO UPDATE SET last = excluded.last;
END;
--> statement-breakpoint
CREATE TRIGGER app_template_numbers_up BEFORE UPDATE ON app_template_numbers WHEN new.name <> old.name OR new.last <> old.last + 1
BEGIN
  SELECT RAISE(ABORT, 'NUMBER: what a template has counted to is never taken back');
END;
--> statement-breakpoint
CREATE TRIGGER app_template_numbers_stay BEFORE DELETE ON app_template_numbers
BEGIN
  SELECT RAISE(ABORT, 'NUMBER: what a template has counted to is never taken back');
END;
--> statement-breakpoint
CREATE TRIGGER app_template_versions_kept BEFORE DELETE ON app_template_versions WHEN old.used = 1
BEGIN
  SELECT RAISE(ABORT, 'IN_USE: apps were made of this version');
END;
--> statement-breakpoint
CREATE TRIGGER app_templates_kept BEFORE DELETE ON app_templates WHEN EXISTS (SELECT 1 FROM services WHERE template_name = old.name)
BEGIN
  SELECT RAISE(ABORT, 'IN_USE: services are made of this template');
END;
--> statement-breakpoint
CREATE TRIGGER app_templates_current_published BEFORE UPDATE OF current_version ON app_templates
WHEN new.current_version IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM app_template_versions WHERE name = new.name AND version = new.current_version AND status = 'PUBLISHED')
BEGIN
  SELECT RAISE(ABORT, 'TEMPLATE: only a published version is the current one');
END;
--> statement-breakpoint
CREATE TRIGGER app_templates_first_current BEFORE INSERT ON app_templates WHEN new.current_version IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'TEMPLATE: only a published version is the current one');
END;
--> statement-breakpoint
CREATE TRIGGER app_templates_named BEFORE UPDATE OF name, origin ON app_templates WHEN new.name <> old.name OR new.origin <> old.origin
BEGIN
  SELECT RAISE(ABORT, 'IMMUTABLE: a template keeps its name and origin');
END;
--> statement-breakpoint
-- Rows of the releases before name a template without a version of it here; what the program brings follows at its start.
CREATE TRIGGER services_template_known BEFORE INSERT ON services
WHEN NOT EXISTS (SELECT 1 FROM app_templates WHERE name = new.template_name AND current_version IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'TEMPLATE: there is no such template');
END;
--> statement-breakpoint
CREATE TRIGGER services_template_changed BEFORE UPDATE OF template_name ON services
WHEN new.template_name <> old.template_name
  AND NOT EXISTS (SELECT 1 FROM app_templates WHERE name = new.template_name AND current_version IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'TEMPLATE: there is no such template');
END;
--> statement-breakpoint
CREATE TRIGGER instances_template_known BEFORE INSERT ON instances
WHEN NOT EXISTS (SELECT 1 FROM app_template_versions WHERE name = new.template_name AND version = new.template_version AND status = 'PUBLISHED')
BEGIN
  SELECT RAISE(ABORT, 'TEMPLATE: there is no such version of a template');
END;
--> statement-breakpoint
CREATE TRIGGER instances_template_changed BEFORE UPDATE OF template_name, template_version ON instances
WHEN new.template_name <> old.template_name
  OR NOT EXISTS (SELECT 1 FROM app_template_versions WHERE name = new.template_name AND version = new.template_version AND status = 'PUBLISHED')
BEGIN
  SELECT RAISE(ABORT, 'TEMPLATE: there is no such version of a template');
END;
--> statement-breakpoint
CREATE TRIGGER instances_template_used AFTER INSERT ON instances
BEGIN
  UPDATE app_template_versions SET used = 1 WHERE name = new.template_name AND version = new.template_version AND used = 0;
END;
--> statement-breakpoint
CREATE TRIGGER instances_template_used_by_update AFTER UPDATE OF template_version ON instances
BEGIN
  UPDATE app_template_versions SET used = 1 WHERE name = new.template_name AND version = new.template_version AND used = 0;
END;
--> statement-breakpoint
-- A search finds a service by its template's words too.
CREATE TRIGGER catalog_template_changed AFTER UPDATE OF current_version ON app_templates
BEGIN
  UPDATE catalog_version SET content = content + 1;
END;
