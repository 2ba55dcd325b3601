import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { genesisHash, hashOf } from '../../src/features/audit/chain'
import { placeDatabase } from '../support/fresh-database'
import { publishedTemplate } from './template-cases'

const firstAct = {
  number: 1,
  at: new Date(1),
  actorKind: 'user' as const,
  actorId: 'a',
  via: null,
  action: 'test',
  targetKind: 'user',
  targetId: 'a',
  reason: null,
  before: null,
  after: null,
  requestId: null,
  address: null,
  previousHash: genesisHash,
}

/** Of the books' only audit entry. */
export const auditHash = hashOf(firstAct)

/** One row of every table that has rules, written as the product would. Wallets: `a` holds 1000 of a top-up, `b` nothing. */
const rows = `
  INSERT INTO users (id, email, name, password_hash, created_at, updated_at)
    VALUES ('a', 'a@example.com', 'A', 'x', 1, 1), ('b', 'b@example.com', 'B', 'x', 1, 1);
  ${publishedTemplate('n8n')} ${publishedTemplate('ghost')}
  INSERT INTO categories (id, slug, name, description, created_at, updated_at) VALUES ('cat', 'cat', 'Cat', '', 1, 1);
  INSERT INTO services (id, slug, category_id, name, description, type, template_name, status, created_at, updated_at)
    VALUES ('svc', 'svc', 'cat', 'Svc', '', 'hosting', 'n8n', 'ACTIVE', 1, 1),
           ('other', 'other', 'cat', 'Other', '', 'hosting', 'ghost', 'ACTIVE', 1, 1);
  INSERT INTO plans (id, service_id, name, tier, price, cpu_millicores, memory_mb, storage_gb, features, total_quota, created_at, updated_at)
    VALUES ('small', 'svc', 'Small', 1, 100, 500, 512, 5, '[]', 2, 1, 1),
           ('large', 'svc', 'Large', 2, 200, 500, 512, 5, '[]', 2, 1, 1),
           ('foreign', 'other', 'Foreign', 1, 100, 500, 512, 5, '[]', 2, 1, 1);
  INSERT INTO ledger_accounts (id, kind, user_id, created_at) VALUES ('wallet:a', 'wallet', 'a', 1), ('wallet:b', 'wallet', 'b', 1);
  INSERT INTO transactions (number, id, user_id, type, status, amount, balance_after, description, created_at, settled_at)
    VALUES (101, 't1', 'a', 'TOP_UP', 'SUCCESS', 1000, 1000, '', 1, 1), (102, 't2', 'a', 'TOP_UP', 'PENDING', 500, NULL, '', 1, NULL);
  INSERT INTO top_ups (id, user_id, transaction_number, order_id, amount, method, status, expires_at, created_at, updated_at)
    VALUES ('paid', 'a', 101, 'TXMP-101-x', 1000, 'qris', 'SUCCESS', 9, 1, 1), ('open', 'a', 102, 'TXMP-102-x', 500, 'qris', 'PENDING', 9, 1, 1);
  INSERT INTO ledger_entries (number, debit_account, credit_account, amount, source, transaction_number, created_at)
    VALUES (1, 'clearing:midtrans', 'wallet:a', 1000, 'top-up:paid', 101, 1);
  INSERT INTO payment_notifications (id, digest, order_id, body, received_at) VALUES (1, 'd', 'TXMP-101-x', '{}', 1);
  INSERT INTO subscriptions (number, id, user_id, service_id, plan_id, name, status, billing_cycle, price, anchor_at, current_period_start,
      current_period_end, next_step_at, created_at, updated_at)
    VALUES (101, 's1', 'a', 'svc', 'small', 'Mine', 'ACTIVE', 'MONTHLY', 100, 1, 1, 2678400001, 2678400001, 1, 1);
  INSERT INTO transactions (number, id, user_id, type, status, amount, balance_after, subscription_id, description, created_at, settled_at)
    VALUES (103, 't3', 'a', 'CHARGE', 'SUCCESS', -100, 900, 's1', '', 1, 1);
  INSERT INTO ledger_entries (number, debit_account, credit_account, amount, source, transaction_number, created_at)
    VALUES (2, 'wallet:a', 'revenue', 100, 'charge:s1:period:0', 103, 1);
  INSERT INTO instances (id, subscription_id, user_id, name, namespace, subdomain, template_name, cpu_millicores, memory_mb, storage_gb,
      inputs, sealed_secrets, desired_state, status, status_changed_at, created_at, updated_at)
    VALUES ('i1', 's1', 'a', 'n8n-1', 'customer-a', 'n8n-1', 'n8n', 500, 512, 5, '{}', '', 'RUNNING', 'RUNNING', 1, 1, 1);
  INSERT INTO vouchers (id, code, purpose, percent, valid_from, created_by, created_at, updated_at)
    VALUES ('unused', 'UNUSED', 'top_up', 5, 1, 'a', 1, 1);
  INSERT INTO mails (id, key, recipient, template, locale, data, created_at) VALUES ('m', 'k', 'a@example.com', 'welcome', 'en', '{}', 1);
  INSERT INTO mail_suppressions (id, address, reason, created_at) VALUES ('sup', 'a@example.com', 'BOUNCED', 1);
  INSERT INTO mail_events (id, type, provider_id, received_at) VALUES ('msg', 'email.bounced', 're', 1);
  INSERT INTO jobs (id, kind, key, payload, run_at, created_at) VALUES ('j', 'mail', 'k', '{}', 1, 1);
  INSERT INTO audit_entries (number, at, actor_kind, actor_id, action, target_kind, target_id, previous_hash, hash)
    VALUES (1, 1, 'user', 'a', 'test', 'user', 'a', '${genesisHash}', '${auditHash}');
`

export interface Books {
  path: string
  connection: FileConnection
  /** Does it, hands back what it finds, and takes everything back. */
  tentatively<T>(work: () => T): T
  /** What the database says no with; undefined if it says yes. */
  refusalOf(sql: string): string | undefined
  value(sql: string): unknown
  close(): void
}

/** A database file with the product's own migrations and a little business in it, open to any statement. */
export async function openBooks(): Promise<Books> {
  const folder = mkdtempSync(join(tmpdir(), 'minispod-books-'))
  const path = join(folder, 'test.db')
  await placeDatabase(path)
  const connection = new FileConnection(path, { busyTimeoutMs: 1_000 })
  connection.exec('PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; PRAGMA synchronous=OFF')
  connection.exec(rows)
  return {
    path,
    connection,
    tentatively(work) {
      connection.exec('BEGIN')
      try {
        return work()
      } finally {
        connection.script('ROLLBACK')
      }
    },
    refusalOf(sql) {
      try {
        connection.exec(sql)
        return undefined
      } catch (error) {
        return (error as Error).message
      }
    },
    value: (sql) => connection.all(sql)[0]?.[0],
    close() {
      connection.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A balanced entry as one statement; its number is the next one. */
export const entry = (
  debit: string,
  credit: string,
  amount: number | bigint,
  source: string,
  { reverses, transaction }: { reverses?: number; transaction?: number } = {},
): string =>
  `INSERT INTO ledger_entries (number, debit_account, credit_account, amount, source, transaction_number, reverses, created_at)
   SELECT coalesce(max(number), 0) + 1, '${debit}', '${credit}', ${amount}, '${source}', ${transaction ?? 'NULL'}, ${reverses ?? 'NULL'}, 1
   FROM ledger_entries`

/** What transaction 103 was charged for, as one statement; a column may be given otherwise. */
export function charge(columns: Record<string, string | number> = {}): string {
  const row = {
    transaction_number: 103,
    subscription_id: `'s1'`,
    kind: `'period'`,
    period_index: 0,
    billing_cycle: `'MONTHLY'`,
    period_start: 1,
    period_end: 2,
    service_name: `'Svc'`,
    plan_name: `'Small'`,
    net: 100,
    tax: 0,
    total: 100,
    tax_name: `'PPN'`,
    tax_rate_bp: 0,
    tax_base_numerator: 1,
    tax_base_denominator: 1,
    prices_include_tax: 0,
    ...columns,
  }
  return `INSERT INTO charges (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')})`
}

/** An audit entry as one statement; the books' own is number 1. */
export const auditEntry = (number: number, previousHash: string, hash = 'b'.repeat(64)): string =>
  `INSERT INTO audit_entries (number, at, actor_kind, actor_id, action, target_kind, target_id, previous_hash, hash)
   VALUES (${number}, 1, 'user', 'a', 'x', 'user', 'a', '${previousHash}', '${hash}')`

/** A subscription as one statement; its number is the next one. A column that is undefined is one that was not there yet. */
export const subscription = (id: string, columns: Record<string, string | number | null | undefined> = {}): string => {
  const row = {
    id,
    user_id: 'b',
    service_id: 'svc',
    plan_id: 'small',
    name: 'Mine',
    status: 'PENDING',
    suspended_by: null,
    ended_at: null,
    billing_cycle: 'MONTHLY',
    price: 100,
    anchor_at: 1,
    current_period_start: 1,
    current_period_end: 2_678_400_001,
    next_step_at: 2_678_400_001,
    created_at: 1,
    updated_at: 1,
    ...columns,
  }
  const number = '(SELECT coalesce(max(number), 100) + 1 FROM subscriptions)'
  const given = Object.entries(row).filter(([, value]) => value !== undefined)
  const values = given.map(([, value]) => (typeof value === 'string' ? `'${value}'` : value))
  return `INSERT INTO subscriptions (number, ${given.map(([name]) => name).join(', ')}) VALUES (${number}, ${values.map((v) => v ?? 'NULL').join(', ')})`
}

export const liveStatuses = ['PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED'] as const
export const endedStatuses = ['CANCELLED', 'EXPIRED'] as const

/** A change of status with what the constraints want beside it. */
export const toStatus = (id: string, status: string): string =>
  `UPDATE subscriptions SET status = '${status}', suspended_by = ${status === 'SUSPENDED' ? "'unpaid'" : 'NULL'},
   ended_at = ${status === 'CANCELLED' || status === 'EXPIRED' ? 5 : 'NULL'} WHERE id = '${id}'`
