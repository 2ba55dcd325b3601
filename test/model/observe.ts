import { asc, eq, gt, inArray, sql } from 'drizzle-orm'
import { plans } from '../../src/features/catalog/tables'
import { ledgerAccounts, ledgerEntries, transactions } from '../../src/features/ledger/tables'
import { upgrades } from '../../src/features/subscriptions/tables'
import { refunds } from '../../src/features/top-ups/tables'
import type { Cast, House } from './house'
import type { Visible } from './state'

/** The same view as the model's own, from the database. */
export async function observe(house: House, cast: Cast): Promise<Visible> {
  const { read } = house.parts.db
  const placeOf = new Map(cast.customers.map(({ userId }, place) => [userId, place]))
  const accounts = await read
    .select()
    .from(ledgerAccounts)
    .where(
      inArray(
        ledgerAccounts.userId,
        cast.customers.map(({ userId }) => userId),
      ),
    )
    .all()
  const balanceOf = (userId: string, kind: string): bigint =>
    accounts.find((account) => account.userId === userId && account.kind === kind)?.balance ?? 0n
  const known = await read.select().from(plans).where(inArray(plans.id, cast.planIds)).all()
  const orders = await house.topUpsOf(cast)
  const sold = await house.subscriptionsOf(cast)
  return {
    customers: cast.customers.map(({ userId }) => ({
      balance: balanceOf(userId, 'wallet'),
      owed: -balanceOf(userId, 'receivable'),
    })),
    plans: cast.planIds.map((id) => known.find((plan) => plan.id === id)!.usedQuota),
    topUps: await Promise.all(
      orders.map(async ({ id, userId, amount, status, reversed }) => ({
        customer: placeOf.get(userId)!,
        amount,
        status,
        reversed,
        refunds: await refundsOf(house, id),
      })),
    ),
    subscriptions: await Promise.all(
      sold.map(async (row) => ({
        customer: placeOf.get(row.userId)!,
        plan: cast.planIds.indexOf(row.planId),
        price: row.price,
        status: row.status,
        periodIndex: row.periodIndex,
        start: row.currentPeriodStart.getTime(),
        end: row.currentPeriodEnd.getTime(),
        autoRenew: row.autoRenew,
        cancelAtPeriodEnd: row.cancelAtPeriodEnd,
        upgrading: await isUpgrading(house, row.id),
        paid: await paidFor(house, row.id),
      })),
    ),
  }
}

async function refundsOf({ parts }: House, topUpId: string): Promise<string> {
  const rows = await parts.db.read
    .select()
    .from(refunds)
    .where(eq(refunds.topUpId, topUpId))
    .orderBy(asc(refunds.transactionNumber))
    .all()
  return rows.map(({ status, amount }) => `${status} ${amount}`).join(', ')
}

async function isUpgrading({ parts }: House, subscriptionId: string): Promise<boolean> {
  const rows = await parts.db.read.select().from(upgrades).where(eq(upgrades.subscriptionId, subscriptionId)).all()
  return rows.some(({ status }) => status === 'PENDING')
}

/** What the customer's own statement says that it has cost. */
async function paidFor({ parts }: House, subscriptionId: string): Promise<bigint> {
  const rows = await parts.db.read
    .select({ amount: transactions.amount })
    .from(transactions)
    .where(eq(transactions.subscriptionId, subscriptionId))
    .all()
  return rows.reduce((sum, { amount }) => sum - amount, 0n)
}

/** What must hold whatever happened. @returns what does not */
export async function findBroken({ parts }: House, { customers, firstEntry }: Cast): Promise<string[]> {
  const { read } = parts.db
  const broken: string[] = []
  const total = await read.get<{ total: number }>(sql`SELECT sum(balance) AS total FROM ledger_accounts`)
  if (Number(total!.total) !== 0) broken.push(`all balances together are ${total!.total}`)
  const entries = await read.select().from(ledgerEntries).where(gt(ledgerEntries.number, firstEntry)).all()
  const replayed = new Map<string, bigint>()
  for (const { debitAccount, creditAccount, amount } of entries) {
    replayed.set(debitAccount, (replayed.get(debitAccount) ?? 0n) - amount)
    replayed.set(creditAccount, (replayed.get(creditAccount) ?? 0n) + amount)
  }
  const owners = customers.map(({ userId }) => userId)
  for (const { id, kind, balance } of await read
    .select()
    .from(ledgerAccounts)
    .where(inArray(ledgerAccounts.userId, owners))
    .all()) {
    if (kind === 'wallet' && balance < 0n) broken.push(`${id} holds ${balance}`)
    if (balance !== (replayed.get(id) ?? 0n)) broken.push(`${id} holds ${balance}, its entries say ${replayed.get(id)}`)
  }
  return broken
}
