import { subscription, toStatus } from './books'
import type { EffectCase } from './effect-cases'

/** What stands in `status_counts` after an act. Rows of a status that was never counted show as nothing. */
const counted = (rule: string, act: string, [table, status, shows]: [string, string, number | 'null']): EffectCase => ({
  rule,
  test: `${rule}: ${table} that are ${status} are ${shows} afterwards`,
  act,
  look: `SELECT max(total) FROM status_counts WHERE subject = '${table}' AND status = '${status}'`,
  shows: String(shows),
})

const refund = `INSERT INTO refunds (id, top_up_id, user_id, amount, way, status, transaction_number, reason, requested_by, created_at)
  VALUES ('r', 'paid', 'a', 5, 'provider', 'RESERVED', 103, '', 'a', 1)`
const refundDone = `UPDATE refunds SET status = 'VOIDED', ended_at = 2`
const paymentCase = `INSERT INTO payment_cases (id, top_up_id, kind, provider_transaction_id, amount, finding, status, created_at)
  VALUES ('c', 'open', 'amount', 'p', 5, '', 'OPEN', 1)`
const caseDecided = `UPDATE payment_cases SET status = 'DISMISSED', resolved_at = 2`
const topUp = `INSERT INTO transactions (number, id, user_id, type, status, amount, description, created_at)
    SELECT max(number) + 1, 'new', 'a', 'TOP_UP', 'PENDING', 5, '', 1 FROM transactions;
  INSERT INTO top_ups (id, user_id, transaction_number, order_id, amount, method, status, expires_at, created_at, updated_at)
    SELECT 'new', 'a', max(number), 'o', 5, 'qris', 'PENDING', 9, 1, 1 FROM transactions`
const job = `INSERT INTO jobs (id, kind, key, payload, run_at, created_at) VALUES ('new', 'mail', 'new', '{}', 1, 1)`
const instance = `INSERT INTO instances (id, subscription_id, user_id, name, namespace, subdomain, template_name, cpu_millicores,
    memory_mb, storage_gb, inputs, sealed_secrets, desired_state, status, status_changed_at, created_at, updated_at)
  VALUES ('i2', 's2', 'a', 'n8n-2', 'customer-a', 'n8n-2', 'n8n', 500, 512, 5, '{}', '', 'RUNNING', 'RUNNING', 1, 1, 1)`

/** The books hold one row of most tables: what is counted begins at one there. */
export const countCases: EffectCase[] = [
  counted('subscriptions_counted', subscription('s2'), ['subscriptions', 'PENDING', 1]),
  counted('subscriptions_recounted', toStatus('s1', 'CANCELLED'), ['subscriptions', 'ACTIVE', 0]),
  counted('subscriptions_recounted', toStatus('s1', 'CANCELLED'), ['subscriptions', 'CANCELLED', 1]),
  counted('instances_counted', instance, ['instances', 'RUNNING', 2]),
  counted('instances_recounted', `UPDATE instances SET status = 'STOPPED'`, ['instances', 'RUNNING', 0]),
  counted('instances_recounted', `UPDATE instances SET status = 'STOPPED'`, ['instances', 'STOPPED', 1]),
  counted('instances_uncounted', 'DELETE FROM instances', ['instances', 'RUNNING', 0]),
  counted('top_ups_counted', topUp, ['top_ups', 'PENDING', 2]),
  counted('top_ups_recounted', `UPDATE top_ups SET status = 'EXPIRED' WHERE id = 'open'`, ['top_ups', 'PENDING', 0]),
  counted('top_ups_recounted', `UPDATE top_ups SET status = 'EXPIRED' WHERE id = 'open'`, ['top_ups', 'EXPIRED', 1]),
  counted('refunds_counted', refund, ['refunds', 'RESERVED', 1]),
  counted('refunds_recounted', `${refund}; ${refundDone}`, ['refunds', 'RESERVED', 0]),
  counted('refunds_recounted', `${refund}; ${refundDone}`, ['refunds', 'VOIDED', 1]),
  counted('payment_cases_counted', paymentCase, ['payment_cases', 'OPEN', 1]),
  counted('payment_cases_recounted', `${paymentCase}; ${caseDecided}`, ['payment_cases', 'OPEN', 0]),
  counted('payment_cases_recounted', `${paymentCase}; ${caseDecided}`, ['payment_cases', 'DISMISSED', 1]),
  counted('jobs_counted', job, ['jobs', 'QUEUED mail', 2]),
  counted('jobs_recounted', `UPDATE jobs SET status = 'DEAD'`, ['jobs', 'QUEUED mail', 0]),
  counted('jobs_recounted', `UPDATE jobs SET status = 'DEAD'`, ['jobs', 'DEAD mail', 1]),
  counted('jobs_uncounted', 'DELETE FROM jobs', ['jobs', 'QUEUED mail', 0]),
  counted(
    'ledger_accounts_counted',
    `INSERT INTO ledger_accounts (id, kind, user_id, created_at) VALUES ('receivable:a', 'receivable', 'a', 1)`,
    ['ledger_accounts', 'receivable', 1],
  ),
]
