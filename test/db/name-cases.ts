import type { RuleCase } from './rule-cases'

const twice = (rule: string, columns: string, attempt: string, more: Partial<RuleCase> = {}): RuleCase => ({
  rule,
  says: `UNIQUE constraint failed: ${columns}`,
  attempt,
  ...more,
})

const instance = (id: string, subscription: string, name: string, subdomain: string): string =>
  `INSERT INTO instances (id, subscription_id, user_id, name, namespace, subdomain, template_name, cpu_millicores, memory_mb,
     storage_gb, inputs, sealed_secrets, desired_state, status, status_changed_at, created_at, updated_at)
   VALUES ('${id}', '${subscription}', 'a', '${name}', 'customer-a', '${subdomain}', 'n8n', 500, 512, 5, '{}', '', 'RUNNING', 'RUNNING', 1, 1, 1)`

const link = (id: string): string =>
  `INSERT INTO account_tokens (id, user_id, purpose, hash, email, created_at, expires_at)
   VALUES ('${id}', 'a', 'VERIFY_EMAIL', 'same', 'a@example.com', 1, 2)`

/** What has one owner: addresses, names, and the keys that make a doubled request harmless. */
export const nameCases: RuleCase[] = [
  twice('users_email', 'users.email', `UPDATE users SET email = 'a@example.com' WHERE id = 'b'`),
  twice('account_tokens_hash', 'account_tokens.hash', link('second'), { before: link('first') }),
  twice('services_slug', 'services.slug', `UPDATE services SET slug = 'svc' WHERE id = 'other'`),
  twice(
    'categories_slug',
    'categories.slug',
    `INSERT INTO categories (id, slug, name, description, created_at, updated_at) VALUES ('second', 'cat', '', '', 1, 1)`,
  ),
  twice('instances_subdomain', 'instances.subdomain', instance('i2', 's2', 'other', 'n8n-1')),
  twice('instances_name', 'instances.namespace, instances.name', instance('i2', 's2', 'n8n-1', 'other')),
  twice(
    'jobs_key',
    'jobs.kind, jobs.key',
    `INSERT INTO jobs (id, kind, key, payload, run_at, created_at) VALUES ('second', 'mail', 'k', '{}', 1, 1)`,
  ),
  twice(
    'mail_suppressions_address',
    'mail_suppressions.address',
    `INSERT INTO mail_suppressions (id, address, reason, created_at) VALUES ('second', 'a@example.com', 'BOUNCED', 1)`,
  ),
  twice(
    'jobs_one_of_subject',
    'jobs.kind, jobs.subject',
    `UPDATE jobs SET subject = 's', status = 'RUNNING';
     INSERT INTO jobs (id, kind, key, payload, run_at, created_at, subject) VALUES ('second', 'mail', 'l', '{}', 1, 1, 's')`,
  ),
  twice(
    'mails_key',
    'mails.key',
    `INSERT INTO mails (id, key, recipient, template, locale, data, created_at)
     VALUES ('second', 'k', 'b@example.com', 'welcome', 'en', '{}', 1)`,
  ),
]
