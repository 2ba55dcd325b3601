CREATE TABLE `icons` (
	`hash` text PRIMARY KEY NOT NULL,
	`svg` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "icons_size" CHECK(length("icons"."svg") between 1 and 8192)
) STRICT;
--> statement-breakpoint
ALTER TABLE `categories` ADD `icon_hash` text REFERENCES icons(hash);--> statement-breakpoint
CREATE INDEX `categories_icon` ON `categories` (`icon_hash`) WHERE icon_hash is not null;--> statement-breakpoint
ALTER TABLE `services` ADD `icon_hash` text REFERENCES icons(hash);--> statement-breakpoint
CREATE INDEX `services_icon` ON `services` (`icon_hash`) WHERE icon_hash is not null;--> statement-breakpoint
-- The categories of the seed get its drawings; a service shows the one of its template unless it has its own.
INSERT INTO icons (hash, svg, created_at)
  SELECT drawn.column3, drawn.column2, c.created_at FROM (VALUES
    ('automation', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#c2417c"/><g fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"><circle cx="32" cy="32" r="9"/><path d="M32 13v6M32 45v6M13 32h6M45 32h6M18.6 18.6l4.2 4.2M41.2 41.2l4.2 4.2M45.4 18.6l-4.2 4.2M22.8 41.2l-4.2 4.2"/></g></svg>', '94283eeca76d6bc7d5900316bc418102'),
    ('websites', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#1480a3"/><g fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"><rect x="12" y="15" width="40" height="34" rx="3"/><path d="M12 25h40M20 34h12M20 41h20"/></g></svg>', 'c220018532f1091ee1d95f9a16b61e60'),
    ('productivity', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#2f8a4b"/><g fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"><rect x="13" y="13" width="38" height="38" rx="6"/><path d="M22 33l7 7 14-16"/></g></svg>', 'b676ff1ef1c271e28d35f0886cc2575a'),
    ('analytics', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#b87413"/><g fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"><path d="M14 14v36h36M22 40l8-10 7 6 11-16"/></g></svg>', 'a56fd29861e51d79a4e1943c7996934a'),
    ('developer-tools', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#48566a"/><g fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"><path d="M24 21 12 32l12 11M40 21l12 11-12 11M36 16l-8 32"/></g></svg>', '0530a116de86f6f59faf68a9e587e040'),
    ('databases', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#4a56c9"/><g fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"><ellipse cx="32" cy="19" rx="15" ry="6"/><path d="M17 19v26c0 3.3 6.7 6 15 6s15-2.7 15-6V19"/><path d="M17 32c0 3.3 6.7 6 15 6s15-2.7 15-6"/></g></svg>', 'b31636cecb31928b6ad25ed03022aebd')
  ) AS drawn JOIN categories c ON c.slug = drawn.column1;--> statement-breakpoint
UPDATE categories SET icon_hash = CASE slug
    WHEN 'automation' THEN '94283eeca76d6bc7d5900316bc418102'
    WHEN 'websites' THEN 'c220018532f1091ee1d95f9a16b61e60'
    WHEN 'productivity' THEN 'b676ff1ef1c271e28d35f0886cc2575a'
    WHEN 'analytics' THEN 'a56fd29861e51d79a4e1943c7996934a'
    WHEN 'developer-tools' THEN '0530a116de86f6f59faf68a9e587e040'
    WHEN 'databases' THEN 'b31636cecb31928b6ad25ed03022aebd' END
  WHERE slug IN ('automation', 'websites', 'productivity', 'analytics', 'developer-tools', 'databases');
