ALTER TABLE `subscriptions` ADD `paused_ms` integer DEFAULT 0 NOT NULL;
