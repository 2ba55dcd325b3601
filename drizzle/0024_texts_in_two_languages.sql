ALTER TABLE `categories` ADD `translations` text DEFAULT '{}' NOT NULL CONSTRAINT "categories_translations" CHECK(json_valid("categories"."translations"));--> statement-breakpoint
ALTER TABLE `services` ADD `translations` text DEFAULT '{}' NOT NULL CONSTRAINT "services_translations" CHECK(json_valid("services"."translations"));--> statement-breakpoint
ALTER TABLE `plans` ADD `translations` text DEFAULT '{}' NOT NULL CONSTRAINT "plans_translations" CHECK(json_valid("plans"."translations"));--> statement-breakpoint
DROP TRIGGER catalog_plan_content_changed;--> statement-breakpoint
CREATE TRIGGER catalog_plan_content_changed AFTER UPDATE OF service_id, name, tier, price, quarterly_discount_percent, yearly_discount_percent, cpu_millicores, memory_mb, storage_gb, features, translations, total_quota, status ON plans BEGIN UPDATE catalog_version SET content = content + 1; END;--> statement-breakpoint
-- Until now the words of the seed were said in Indonesian by the program; json_patch leaves out what is NULL.
UPDATE categories SET translations = json_object('id', json_patch('{}', json_object(
    'description', CASE description
      WHEN 'Connect apps and let them work for you.' THEN 'Hubungkan aplikasi dan biarkan bekerja untuk Anda.'
      WHEN 'Sites, blogs, newsletters and content.' THEN 'Situs, blog, buletin, dan konten.'
      WHEN 'Files, notes, passwords and reading for people and teams.' THEN 'Berkas, catatan, kata sandi, dan bacaan untuk perorangan dan tim.'
      WHEN 'See how your sites, services and business are doing.' THEN 'Lihat keadaan situs, layanan, dan usaha Anda.'
      WHEN 'Code hosting and what goes with it.' THEN 'Hosting kode dan yang menyertainya.'
      WHEN 'Stores for your own apps, reachable inside your namespace.' THEN 'Penyimpanan untuk aplikasi Anda sendiri, terjangkau di dalam ruang Anda.' END,
    'name', CASE name
      WHEN 'Automation' THEN 'Otomasi'
      WHEN 'Websites and publishing' THEN 'Situs web dan penerbitan'
      WHEN 'Productivity' THEN 'Produktivitas'
      WHEN 'Analytics and monitoring' THEN 'Analitik dan pemantauan'
      WHEN 'Developer tools' THEN 'Alat pengembang'
      WHEN 'Databases' THEN 'Basis data' END)))
  WHERE name IN ('Automation', 'Websites and publishing', 'Productivity', 'Analytics and monitoring', 'Developer tools', 'Databases')
    OR description IN ('Connect apps and let them work for you.', 'Sites, blogs, newsletters and content.', 'Files, notes, passwords and reading for people and teams.', 'See how your sites, services and business are doing.', 'Code hosting and what goes with it.', 'Stores for your own apps, reachable inside your namespace.');--> statement-breakpoint
UPDATE services SET translations = coalesce((SELECT json_object('id', json_object('description', said.column2)) FROM (VALUES
    ('Workflow automation: connect apps and APIs without writing a server. Licence: n8n''s Sustainable Use License allows internal business use; charging others for hosted n8n needs an agreement with n8n GmbH.', 'Otomasi alur kerja: hubungkan aplikasi dan API tanpa menulis server. Lisensi: Sustainable Use License n8n mengizinkan pemakaian internal perusahaan; memungut bayaran dari pihak lain untuk hosting n8n memerlukan perjanjian dengan n8n GmbH.'),
    ('Workflow automation: connect apps and APIs without writing a server.', 'Otomasi alur kerja: hubungkan aplikasi dan API tanpa menulis server.'),
    ('Flow automation for APIs and devices; free to sell, unlike most of its kind.', 'Otomasi alur untuk API dan perangkat; bebas dijual, tidak seperti kebanyakan sejenisnya.'),
    ('Push messages from your scripts and servers to your phone and browser.', 'Kirim pesan push dari skrip dan server Anda ke ponsel dan peramban.'),
    ('The most used website builder, with MariaDB in the same pod.', 'Pembuat situs web yang paling banyak dipakai, dengan MariaDB di pod yang sama.'),
    ('Publishing: a blog, newsletter and memberships, with MySQL in the same pod.', 'Penerbitan: blog, buletin, dan keanggotaan, dengan MySQL di pod yang sama.'),
    ('A headless CMS: an API and an admin app over PostgreSQL, which runs in the same pod. Licence: The Business Source License grants production use within limits; charging others for hosted Directus needs an agreement with Monospace, Inc.', 'CMS tanpa antarmuka: API dan aplikasi admin di atas PostgreSQL yang berjalan di pod yang sama. Lisensi: Business Source License mengizinkan pemakaian produksi dalam batas tertentu; memungut bayaran dari pihak lain untuk hosting Directus memerlukan perjanjian dengan Monospace, Inc.'),
    ('A headless CMS: an API and an admin app over PostgreSQL, which runs in the same pod.', 'CMS tanpa antarmuka: API dan aplikasi admin di atas PostgreSQL yang berjalan di pod yang sama.'),
    ('Files, calendar and contacts of your own, with MariaDB in the same pod.', 'Berkas, kalender, dan kontak milik sendiri, dengan MariaDB di pod yang sama.'),
    ('A password safe for a person or a team, for the Bitwarden apps.', 'Brankas kata sandi untuk pribadi atau tim, untuk aplikasi Bitwarden.'),
    ('A wiki for teams, with PostgreSQL in the same pod.', 'Wiki untuk tim, dengan PostgreSQL di pod yang sama.'),
    ('Quick notes of your own, with tags and an API.', 'Catatan cepat milik sendiri, dengan tag dan API.'),
    ('A fast, plain feed reader, with PostgreSQL in the same pod.', 'Pembaca feed yang cepat dan sederhana, dengan PostgreSQL di pod yang sama.'),
    ('Web analytics without cookies, with PostgreSQL in the same pod.', 'Analitik web tanpa kuki, dengan PostgreSQL di pod yang sama.'),
    ('Watches sites and services, tells you when one is down, and shows a status page.', 'Memantau situs dan layanan, memberi tahu saat ada yang mati, dan menampilkan halaman status.'),
    ('Dashboards and alerts over metrics, logs and databases.', 'Dasbor dan peringatan atas metrik, log, dan basis data.'),
    ('Questions and dashboards over your databases, with PostgreSQL for its own data.', 'Pertanyaan dan dasbor atas basis data Anda, dengan PostgreSQL untuk datanya sendiri.'),
    ('Git hosting with issues, pull requests and packages. Cloning is over HTTPS.', 'Hosting Git dengan issue, pull request, dan paket. Clone lewat HTTPS.'),
    ('A PostgreSQL 18 database, reachable from your own apps in your namespace.', 'Basis data PostgreSQL 18, dapat diakses dari aplikasi Anda sendiri di namespace Anda.'),
    ('A MariaDB 11.8 database, reachable from your own apps in your namespace.', 'Basis data MariaDB 11.8, dapat diakses dari aplikasi Anda sendiri di namespace Anda.'),
    ('An in-memory store that speaks the Redis protocol, reachable from your own apps in your namespace.', 'Penyimpanan dalam memori dengan protokol Redis, dapat diakses dari aplikasi Anda sendiri di namespace Anda.')
  ) AS said WHERE said.column1 = services.description), '{}');--> statement-breakpoint
UPDATE plans SET translations = json_object('id', json_object('features', (SELECT json_group_array(CASE
      WHEN said GLOB '* [GM]B memory' THEN 'Memori ' || substr(said, 1, length(said) - 7)
      WHEN said GLOB '* GB storage' THEN 'Penyimpanan ' || substr(said, 1, length(said) - 8)
      WHEN said = 'Your own subdomain' THEN 'Subdomain sendiri'
      WHEN said = 'Private address in your namespace' THEN 'Alamat privat di ruang Anda'
      WHEN said = 'Community support' THEN 'Dukungan komunitas'
      WHEN said = 'E-mail support' THEN 'Dukungan surel'
      WHEN said = 'Priority support' THEN 'Dukungan prioritas'
      ELSE said END) FROM (SELECT value AS said FROM json_each(plans.features) ORDER BY key))))
  WHERE EXISTS (SELECT 1 FROM json_each(plans.features) WHERE value GLOB '* [GM]B memory' OR value GLOB '* GB storage'
    OR value IN ('Your own subdomain', 'Private address in your namespace', 'Community support', 'E-mail support', 'Priority support'));
