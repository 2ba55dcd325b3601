import { and, eq, inArray } from 'drizzle-orm'
import { chargeWallet, promo } from '../../../src/features/ledger'
import { findAccount, walletOf } from '../../../src/features/ledger/entries'
import { getReceivable } from '../../../src/features/ledger/ledger'
import { pollPendingTopUps } from '../../../src/features/top-ups'
import { chargeTopUp, recallTopUp } from '../../../src/features/top-ups/charge'
import { beginRefund } from '../../../src/features/top-ups/refunds'
import { settleTopUp } from '../../../src/features/top-ups/settle'
import { paymentCases } from '../../../src/features/top-ups/tables'
import { beginTopUp } from '../../../src/features/top-ups/top-up'
import { cancelTopUp } from '../../../src/features/top-ups/withdraw'
import type { Actor } from '../../../src/http/access'
import { hour, ManualClock, minute } from '../../../src/lib/clock'
import { AppError } from '../../../src/lib/errors'
import { newId } from '../../../src/lib/ids'
import type { PaymentGateway } from '../../../src/payments'
import { jobs } from '../../../src/queue'
import { newCardToken, openShop, rowOfTopUp, type Shop } from '../../support/shop'
import { quickPayments } from '../till'
import { happen } from './happenings'
import type { Step, Story } from './steps'

const people = 6
const maxLooks = 5_000
const kinds = ['payment.notification', 'refund.send']
const fees = {
  qris: { fee: { percent: 0.7 } },
  bca_va: { fee: { fixed: 4_000 } },
  credit_card: { fee: { fixed: 2_000, percent: 2.9 } },
}

export interface World {
  shop: Shop
  /** While things happen the provider may be silent for a moment; at the end, and for the charge, it is waited for. */
  payments: Record<'quick' | 'patient', PaymentGateway>
  clock: ManualClock
  customers: Actor[]
}

export interface Told {
  topUpId: string
  orderId: string
  amount: number
  spent: number
}

/** A shop whose provider fails as it is told to, and a few people who top up. */
export async function openWorld(): Promise<World> {
  const clock = new ManualClock('2026-03-01T00:00:00Z')
  const shop = await openShop({ clock, environment: { PAYMENT_METHODS: JSON.stringify(fees) } })
  const { system } = shop
  const payments = { quick: quickPayments(shop, 200), patient: system.parts.payments }
  const customers: Actor[] = []
  for (let index = 0; index < people; index++) customers.push({ userId: (await system.customer()).id } as Actor)
  return { shop, payments, clock, customers }
}

export async function tell(world: World, actor: Actor, story: Story): Promise<Told> {
  const { shop } = world
  const { parts } = shop.system
  const { method, amount } = story
  const cardToken = method === 'credit_card' ? await newCardToken(shop, story.card) : undefined
  const opened = await parts.db.write((tx) => beginTopUp(parts, tx, actor, { method, amount, cardToken }))
  await chargeTopUp(parts, opened, cardToken).catch(() => untilCharged(world, opened.id, cardToken))
  const told = { topUpId: opened.id, orderId: opened.orderId, amount, spent: 0 }
  parts.payments = world.payments.quick
  for (const step of story.steps) await take(world, actor, told, step)
  await quieten(world)
  return told
}

/** On a busy machine the provider may take longer than it may be silent here. */
async function untilCharged({ shop }: World, id: string, cardToken: string | undefined): Promise<void> {
  for (let tries = 0; tries < maxLooks; tries++) {
    await recallTopUp(shop.system.parts, id, cardToken)
    if ((await rowOfTopUp(shop, id)).charged) return
  }
}

async function take(world: World, actor: Actor, told: Told, { does, ...faults }: Step): Promise<void> {
  const { gateway, system } = world.shop
  const { parts } = system
  if (faults.told) gateway.notifications.failNext(faults.told)
  if (faults.asked) gateway.calls.failNext('status', faults.asked)
  if (faults.sent) gateway.calls.failNext('refund', faults.sent)
  const part = 'share' in does && does.share ? Math.ceil((told.amount * does.share) / 100) : undefined
  const { orderId } = told
  switch (does.kind) {
    case 'event':
      await happen(world, told, does.event, part)
      break
    case 'spend':
      told.spent += await spend(world.shop, actor, part!)
      break
    case 'refund':
      await refused(() =>
        parts.db.write((tx) => beginRefund(parts, tx, actor, told.topUpId, { amount: part, reason: 'test' })),
      )
      break
    case 'cancel':
      await refused(() => cancelTopUp(parts, actor, told.topUpId))
      break
    case 'ask':
      await refused(() => settleTopUp(parts, orderId))
  }
  if (faults.waits) await gateway.notifications.idle()
}

/** All that is there, at most `wanted`. */
const spend = ({ system }: Shop, { userId }: Actor, wanted: number): Promise<number> =>
  system.parts.db.write(async (tx) => {
    const { balance } = (await findAccount(tx, walletOf(userId)))!
    const amount = balance < BigInt(wanted) ? balance : BigInt(wanted)
    if (amount === 0n) return 0
    const at = system.parts.clock.now()
    const source = `adjustment:${newId('transaction')}`
    await chargeWallet(tx, { userId, type: 'ADJUSTMENT', counterAccount: promo, amount, source, description: 'x', at })
    return Number(amount)
  })

const refused = (act: () => Promise<unknown>): Promise<unknown> =>
  act().catch((fault: unknown) => {
    if (!(fault instanceof AppError)) throw fault
  })

/** Nothing fails any more: what was told is worked on, what was to be sent is sent, and the poll has looked. */
async function quieten({ shop, payments, clock }: World): Promise<void> {
  const { gateway, system } = shop
  const { parts } = system
  gateway.calls.clear()
  parts.payments = payments.patient
  for (let round = 0; round < 2; round++) {
    await gateway.notifications.idle()
    clock.advance(2 * hour)
    await endOfJobs(shop, clock)
    await pollPendingTopUps(parts)
  }
}

/** What failed is tried again only when its time has come. */
async function endOfJobs({ system }: Shop, clock: ManualClock): Promise<void> {
  const { db, queue } = system.parts
  const open = and(inArray(jobs.kind, kinds), inArray(jobs.status, ['QUEUED', 'RUNNING']))
  for (let look = 0; look < maxLooks; look++) {
    if ((await db.read.$count(jobs, open)) === 0) return
    clock.advance(minute)
    for (const kind of kinds) queue.wake(kind)
    await Bun.sleep(2)
  }
  throw new Error('the jobs do not end')
}

/** What a person has, less what they owe; and what of the house's own accounts payments move. */
export async function booksOf({ shop }: World, { userId }: Actor) {
  const { read } = shop.system.parts.db
  const balance = async (id: string) => Number((await findAccount(read, id))!.balance)
  const wallet = await balance(walletOf(userId))
  const owed = Number(await getReceivable(read, userId))
  return {
    wallet,
    owed,
    clearing: await balance('clearing:midtrans'),
    fees: await balance('fees'),
    payable: await balance('refunds_payable'),
  }
}

export const ordersOf = ({ shop }: World, { orderId }: Told) => shop.gateway.orders(orderId)
export const rowOf = ({ shop }: World, { topUpId }: Told) => rowOfTopUp(shop, topUpId)

export const casesOf = ({ shop }: World, { topUpId }: Told) =>
  shop.system.parts.db.read.select().from(paymentCases).where(eq(paymentCases.topUpId, topUpId)).all()
