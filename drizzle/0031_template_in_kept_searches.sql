-- Searches are kept as pages are: until the version moves, which a template's words have to do as well.
DROP TRIGGER catalog_template_changed;
--> statement-breakpoint
CREATE TRIGGER catalog_template_changed AFTER UPDATE OF current_version ON app_templates
BEGIN
  UPDATE catalog_version SET version = version + 1, content = content + 1;
END;
