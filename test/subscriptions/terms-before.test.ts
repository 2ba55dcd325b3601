import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { migrate } from '../../src/db/migrate'
import { migrations } from '../../src/db/migrations'
import { subscription } from '../db/books'
import { publishedTemplate } from '../db/template-cases'

const folder = mkdtempSync(join(tmpdir(), 'minispod-agreed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const before = `
  INSERT INTO users (id, email, name, password_hash, created_at, updated_at) VALUES ('b', 'b@example.com', 'B', 'x', 1, 1);
  ${publishedTemplate('n8n')}
  INSERT INTO categories (id, slug, name, description, created_at, updated_at) VALUES ('cat', 'cat', 'Cat', '', 1, 1);
`

/** A customer of a plan that costs 100 a month, 5 % less by the quarter, and gives 500m. */
const sold = (id: string, columns: Record<string, string | number>, cpu = 500) => `
  INSERT INTO services (id, slug, category_id, name, description, type, template_name, status, created_at, updated_at)
    VALUES ('${id}', '${id}', 'cat', 'Svc', '', 'hosting', 'n8n', 'ACTIVE', 1, 1);
  INSERT INTO plans (id, service_id, name, tier, price, quarterly_discount_percent, cpu_millicores, memory_mb, storage_gb, features,
      total_quota, created_at, updated_at)
    VALUES ('${id}', '${id}', 'Small', 1, 100, 5, 500, 512, 5, '[]', 2, 7, 9);
  ${subscription(id, { service_id: id, plan_id: id, next_step_at: undefined, ...columns })};
  INSERT INTO instances (id, subscription_id, user_id, name, namespace, subdomain, template_name, cpu_millicores, memory_mb, storage_gb,
      inputs, sealed_secrets, desired_state, status, status_changed_at, created_at, updated_at)
    VALUES ('${id}', '${id}', 'b', '${id}', 'customer-b', '${id}', 'n8n', ${cpu}, 512, 5, '{}', '', 'STOPPED', 'STOPPED', 1, 1, 1);
`

test('plans of an older program have their first terms, and who agreed on something else keeps to that', async () => {
  const path = join(folder, 'old.db')
  const split = migrations.findIndex(({ name }) => name.endsWith('_plan_terms'))
  await migrate({ url: `file:${path}` }, { migrations: migrations.slice(0, split) })
  const old = new FileConnection(path, { busyTimeoutMs: 1_000 })
  old.exec(before)
  old.exec(sold('same', {}))
  old.exec(sold('quarter', { billing_cycle: 'QUARTERLY', price: 285 }))
  old.exec(sold('gift', { is_bonus: 1, price: 0 }))
  old.exec(sold('cheaper', { price: 90 }))
  old.exec(sold('smaller', {}, 400))
  old.close()
  await migrate({ url: `file:${path}` })
  const now = new FileConnection(path, { busyTimeoutMs: 1_000 })
  expect(now.all('SELECT id, terms_number FROM subscriptions ORDER BY number')).toEqual([
    ['same', 1],
    ['quarter', 1],
    ['gift', 1],
    ['cheaper', 0],
    ['smaller', 0],
  ])
  expect(now.all(`SELECT number, price, announced_at, effective_at FROM plan_terms WHERE plan_id = 'same'`)).toEqual([
    [1, 100, 7, 7],
  ])
  now.close()
})
