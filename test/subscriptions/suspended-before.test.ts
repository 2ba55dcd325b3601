import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { migrate } from '../../src/db/migrate'
import { migrations } from '../../src/db/migrations'
import { subscription, toStatus } from '../db/books'

const folder = mkdtempSync(join(tmpdir(), 'minispod-suspended-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const before = `
  INSERT INTO users (id, email, name, password_hash, created_at, updated_at) VALUES ('b', 'b@example.com', 'B', 'x', 1, 1);
  INSERT INTO categories (id, slug, name, description, created_at, updated_at) VALUES ('cat', 'cat', 'Cat', '', 1, 1);
`
const service = (id: string) => `
  INSERT INTO services (id, slug, category_id, name, description, type, template_name, status, created_at, updated_at)
    VALUES ('${id}', '${id}', 'cat', 'Svc', '', 'hosting', 'n8n', 'ACTIVE', 1, 1);
  INSERT INTO plans (id, service_id, name, tier, price, cpu_millicores, memory_mb, storage_gb, features, total_quota, created_at, updated_at)
    VALUES ('${id}', '${id}', 'Small', 1, 100, 500, 512, 5, '[]', 2, 1, 1);
  ${subscription(id, { service_id: id, plan_id: id, next_step_at: undefined })};
  INSERT INTO instances (id, subscription_id, user_id, name, namespace, subdomain, template_name, cpu_millicores, memory_mb, storage_gb,
      inputs, sealed_secrets, desired_state, status, status_changed_at, created_at, updated_at)
    VALUES ('${id}', '${id}', 'b', '${id}', 'customer-b', '${id}', 'n8n', 500, 512, 5, '{}', '', 'STOPPED', 'STOPPED', 1, 1, 1);
`

test('what was suspended under an older program starts again when it is paid, as that program would have done', async () => {
  const path = join(folder, 'old.db')
  const split = migrations.findIndex(({ name }) => name.endsWith('_charge_rules'))
  await migrate({ url: `file:${path}` }, { migrations: migrations.slice(0, split) })
  const old = new FileConnection(path, { busyTimeoutMs: 1_000 })
  old.exec(before)
  for (const id of ['unpaid', 'chosen', 'running']) old.exec(service(id))
  old.exec(toStatus('unpaid', 'SUSPENDED'))
  old.exec(toStatus('chosen', 'SUSPENDED').replace("'unpaid'", "'customer'"))
  old.close()
  await migrate({ url: `file:${path}` })
  const now = new FileConnection(path, { busyTimeoutMs: 1_000 })
  expect(now.all('SELECT subscription_id FROM suspension_stops')).toEqual([['unpaid']])
  now.close()
})
