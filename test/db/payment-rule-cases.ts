import { entry } from './books'
import type { RuleCase } from './rule-cases'

/** Of the books' paid top-up over 1000, as one statement; a column may be given otherwise. */
function refund(id: string, columns: Record<string, string | number> = {}): string {
  const row = {
    id: `'${id}'`,
    top_up_id: `'paid'`,
    user_id: `'a'`,
    amount: 600,
    way: `'provider'`,
    status: `'RESERVED'`,
    transaction_number: 103,
    reason: `'x'`,
    requested_by: `'b'`,
    created_at: 1,
    ended_at: 'NULL',
    ...columns,
  }
  return `INSERT INTO refunds (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')})`
}

function paymentCase(id: string, columns: Record<string, string | number> = {}): string {
  const row = {
    id: `'${id}'`,
    top_up_id: `'open'`,
    kind: `'amount'`,
    provider_transaction_id: `'p'`,
    amount: 5,
    finding: `'x'`,
    status: `'OPEN'`,
    created_at: 1,
    resolved_at: 'NULL',
    ...columns,
  }
  return `INSERT INTO payment_cases (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')})`
}

const namePayment = (topUpId: string, id = 'p'): string =>
  `INSERT INTO provider_payments (top_up_id, transaction_id, seen_at) VALUES ('${topUpId}', '${id}', 1)`
const newTopUp = (column: 'fee' | 'taken_back' | 'corrections' | 'surcharge', value: number): string =>
  `INSERT INTO top_ups (id, user_id, transaction_number, order_id, amount, method, status, expires_at, created_at, updated_at, ${column})
   VALUES ('x', 'a', 103, 'x', 1, 'qris', 'PENDING', 9, 1, 1, ${value})`
const change = (table: string, id: string, to: string): string => `UPDATE ${table} SET ${to} WHERE id = '${id}'`
const owing = `INSERT INTO ledger_accounts (id, kind, user_id, created_at) VALUES ('receivable:a', 'receivable', 'a', 1);
  ${entry('receivable:a', 'wallet:a', 10, 'loan')}`
const posted = `status = 'POSTED', ended_at = 2`
const credited = `status = 'CREDITED', resolved_at = 2`
const dismissed = `status = 'DISMISSED', resolved_at = 2`

const refused = (rule: string, says: string, attempt: string, before?: string): RuleCase => ({
  rule,
  says,
  attempt,
  before,
})

export const paymentTriggerCases: RuleCase[] = [
  refused('ledger_entries_owed', 'ledger: more than is owed', entry('wallet:a', 'receivable:a', 11, 'x'), owing),
  refused(
    'ledger_entries_reserved',
    'ledger: more than is reserved',
    entry('refunds_payable', 'clearing:midtrans', 11, 'x'),
    entry('wallet:a', 'refunds_payable', 10, 'y'),
  ),
  ...[newTopUp('fee', -1), newTopUp('taken_back', 1), newTopUp('corrections', 1)].map((attempt) =>
    refused('top_ups_new', 'top-ups: a new one has nothing taken back', attempt),
  ),
  ...['fee = 1', 'corrections = -1'].map((to) =>
    refused('top_ups_corrections', 'top-ups: fee and corrections', change('top_ups', 'paid', to)),
  ),
  ...[
    [change('top_ups', 'paid', 'taken_back = 1001')],
    [change('top_ups', 'paid', 'taken_back = -1')],
    [change('top_ups', 'open', 'taken_back = 1')],
    [change('top_ups', 'paid', 'taken_back = 401'), refund('r')],
  ].map(([attempt, before]) =>
    refused('top_ups_taken_back', 'top-ups: more would go back than was paid', attempt!, before),
  ),
  ...[
    [refund('r', { amount: 1001 })],
    [refund('r', { user_id: `'b'` })],
    [refund('r', { top_up_id: `'open'`, amount: 1 })],
    [refund('r', { status: `'POSTED'`, ended_at: 2 })],
    [refund('r', { amount: 401 }), change('top_ups', 'paid', 'taken_back = 600')],
    [refund('s', { amount: 401, transaction_number: 102 }), refund('r')],
  ].map(([attempt, before]) => refused('refunds_bounded', 'refunds: more than was paid', attempt!, before)),
  ...[
    'amount = 1',
    `way = 'manual'`,
    `user_id = 'b'`,
    `top_up_id = 'open'`,
    'transaction_number = 102',
    'created_at = 2',
    `id = 's'`,
  ].map((to) =>
    refused(
      'refunds_end_once',
      'refunds: only a reserved one may change, and only its outcome',
      change('refunds', 'r', to),
      refund('r'),
    ),
  ),
  refused(
    'refunds_end_once',
    'refunds: only a reserved one may change, and only its outcome',
    change('refunds', 'r', `status = 'VOIDED'`),
    `${refund('r')}; ${change('refunds', 'r', posted)}`,
  ),
  refused('refunds_keep', 'refunds: kept', 'DELETE FROM refunds', refund('r')),
  refused(
    'refunds_keep',
    'refunds: kept',
    refund('r', { amount: 1 }).replace('INSERT', 'INSERT OR REPLACE'),
    refund('r'),
  ),
  ...[
    `amount = 6, ${dismissed}`,
    `kind = 'currency'`,
    'created_at = 2',
    `top_up_id = 'paid'`,
    `provider_transaction_id = 'q'`,
  ].map((to) =>
    refused(
      'payment_cases_decide_once',
      'payment cases: decided once',
      change('payment_cases', 'c', to),
      paymentCase('c'),
    ),
  ),
  refused(
    'payment_cases_decide_once',
    'payment cases: decided once',
    change('payment_cases', 'c', `status = 'CREDITED'`),
    `${paymentCase('c')}; ${change('payment_cases', 'c', dismissed)}`,
  ),
  refused(
    'payment_cases_decide_once',
    'payment cases: decided once',
    change('payment_cases', 'c', `status = 'OPEN', resolved_at = NULL`),
    `${paymentCase('c')}; ${change('payment_cases', 'c', credited)}`,
  ),
  ...[paymentCase('c', { amount: 'NULL' }), paymentCase('c', { kind: `'merchant'` })].map((before) =>
    refused(
      'payment_cases_credited_once',
      'payment cases: no money of ours',
      change('payment_cases', 'c', credited),
      before,
    ),
  ),
  refused(
    'payment_cases_credited_once',
    'payment cases: this payment is credited already',
    change('payment_cases', 'c', credited),
    paymentCase('c', { top_up_id: `'paid'`, provider_transaction_id: `''` }),
  ),
  refused(
    'payment_cases_credited_once',
    'payment cases: this payment is credited already',
    change('payment_cases', 'c', credited),
    `${paymentCase('c')}; ${paymentCase('d', { kind: `'currency'` })}; ${change('payment_cases', 'd', credited)}`,
  ),
  // One whose payment has no name may be about any.
  refused(
    'payment_cases_credited_once',
    'payment cases: this payment is credited already',
    change('payment_cases', 'c', credited),
    `${namePayment('paid')}; ${change('top_ups', 'paid', `provider_transaction_id = 'p'`)}; ${paymentCase('c', { top_up_id: `'paid'`, provider_transaction_id: `''` })}`,
  ),
  ...[
    ['', 'p'],
    ['p', ''],
  ].map(([one, other]) =>
    refused(
      'payment_cases_credited_once',
      'payment cases: this payment is credited already',
      change('payment_cases', 'd', credited),
      `${paymentCase('c', { provider_transaction_id: `'${one}'` })}; ${paymentCase('d', { provider_transaction_id: `'${other}'` })}; ${change('payment_cases', 'c', credited)}`,
    ),
  ),
  ...['p', ''].map((id) =>
    refused(
      'top_ups_credited_once',
      'top-ups: this payment is credited already',
      change('top_ups', 'open', `status = 'SUCCESS', provider_transaction_id = 'p'`),
      `${namePayment('open')}; ${paymentCase('c', { provider_transaction_id: `'${id}'` })}; ${change('payment_cases', 'c', credited)}`,
    ),
  ),
  refused('top_ups_surcharge_new', 'top-ups: a new one has no surcharge', newTopUp('surcharge', 1)),
  ...[
    change('top_ups', 'open', 'surcharge = 1'),
    change('top_ups', 'paid', 'surcharge = 1'),
    change('top_ups', 'open', `surcharge = -1, status = 'SUCCESS'`),
  ].map((attempt) => refused('top_ups_surcharge', 'top-ups: a surcharge is known when it is paid', attempt)),
  refused(
    'top_ups_named_payment',
    'top-ups: a payment that was never named with the order, or another one',
    change('top_ups', 'paid', `provider_transaction_id = 'p'`),
    namePayment('open'),
  ),
  ...[`'q'`, 'NULL'].map((id) =>
    refused(
      'top_ups_named_payment',
      'top-ups: a payment that was never named with the order, or another one',
      change('top_ups', 'paid', `provider_transaction_id = ${id}`),
      `${namePayment('paid')}; ${namePayment('paid', 'q')}; ${change('top_ups', 'paid', `provider_transaction_id = 'p'`)}`,
    ),
  ),
  ...[
    `top_up_id = 'paid'`,
    `transaction_id = 'q'`,
    'seen_at = 2',
    `state = 'paid'`,
    'changes = 1',
    `state = 'paid', changes = 2`,
  ].map((to) =>
    refused(
      'provider_payments_fixed',
      'provider payments: only what is said of one changes, and each change counts',
      `UPDATE provider_payments SET ${to}`,
      namePayment('open'),
    ),
  ),
  refused('provider_payments_keep', 'provider payments: kept', 'DELETE FROM provider_payments', namePayment('open')),
  refused('payment_cases_keep', 'payment cases: kept', 'DELETE FROM payment_cases', paymentCase('c')),
  refused(
    'payment_cases_keep',
    'payment cases: kept',
    paymentCase('c', { amount: 6 }).replace('INSERT', 'INSERT OR REPLACE'),
    paymentCase('c'),
  ),
]

const broken = (rule: string, attempt: string, more: Partial<RuleCase> = {}): RuleCase => ({
  rule,
  says: `CHECK constraint failed: ${rule}`,
  attempt,
  ...more,
})

export const paymentCheckCases: RuleCase[] = [
  broken('refunds_amount', refund('r', { amount: 0 })),
  broken('refunds_amount', refund('r', { amount: -1 })),
  broken('refunds_way', refund('r', { way: `'pigeon'` })),
  broken('refunds_status', refund('r', { status: `'ODD'`, ended_at: 2 }), { without: ['refunds_bounded'] }),
  broken('refunds_ended', refund('r', { ended_at: 2 })),
  broken('refunds_ended', change('refunds', 'r', `status = 'POSTED'`), { before: refund('r') }),
  broken('payment_cases_kind', paymentCase('c', { kind: `'odd'` })),
  broken('payment_cases_status', paymentCase('c', { status: `'ODD'`, resolved_at: 2 })),
  broken('payment_cases_resolved', paymentCase('c', { resolved_at: 2 })),
  broken('payment_cases_resolved', change('payment_cases', 'c', `status = 'CREDITED'`), { before: paymentCase('c') }),
]

export const paymentUniqueCases: RuleCase[] = [
  {
    rule: 'payment_cases_once',
    says: 'UNIQUE constraint failed: payment_cases.top_up_id, payment_cases.kind, payment_cases.provider_transaction_id',
    before: paymentCase('c'),
    attempt: paymentCase('d'),
  },
  {
    rule: 'top_ups_provider_transaction',
    says: 'UNIQUE constraint failed: top_ups.provider_transaction_id',
    before: `${namePayment('paid')}; ${namePayment('open')}; ${change('top_ups', 'paid', `provider_transaction_id = 'p'`)}`,
    attempt: change('top_ups', 'open', `provider_transaction_id = 'p'`),
  },
  {
    rule: 'refunds_transaction',
    says: 'UNIQUE constraint failed: refunds.transaction_number',
    before: refund('r'),
    attempt: refund('s', { amount: 1 }),
  },
]
