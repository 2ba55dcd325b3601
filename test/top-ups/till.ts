import { getReceivable } from '../../src/features/ledger'
import { findAccount } from '../../src/features/ledger/entries'
import { settleTopUp } from '../../src/features/top-ups/settle'
import { createMidtransGateway, type PaymentGateway } from '../../src/payments'
import { rowOfTopUp, type Shop, topUp } from '../support/shop'
import type { Caller, TestCustomer } from '../support/system'

/** A credited top-up of which not one notification tells; what happens after is asked for. */
export async function paidTopUp(shop: Shop, customer: Caller, method = 'qris', amount = 50_000) {
  const opened = await topUp(customer, method, amount)
  const { orderId } = await rowOfTopUp(shop, opened.id)
  await shop.gateway.events.pay(orderId)
  await settleTopUp(shop.system.parts, orderId)
  return { id: opened.id as string, orderId, customId: opened.customId as string }
}

/** The customer buys something for exactly so much. */
export async function spend({ system }: Shop, customer: Caller, amount: number): Promise<void> {
  const { id } = await system.plan({ price: amount })
  const { status } = await customer.post('/subscriptions', { planId: id })
  if (status !== 201) throw new Error(`subscribe: ${status}`)
}

/** A provider whose silence lasts a moment and not ten seconds. */
export function quickPayments({ system, gateway }: Shop, timeoutMs = 2_000): PaymentGateway {
  const { config, clock } = system.parts
  return createMidtransGateway({
    serverKey: config.midtransServerKey!,
    clientKey: config.midtransClientKey!,
    merchantId: config.midtransMerchantId!,
    environment: 'sandbox',
    baseUrl: gateway.url,
    timeoutMs,
    retryPolicy: { tries: 2, firstPauseMs: 1, random: () => 0 },
    clock,
  })
}

/** Every movement, oldest first. */
export const movementsOf = async (customer: Caller) =>
  (await customer.get('/wallet/transactions?sort=oldest&limit=100')).body.data as {
    type: string
    amount: number
    balanceAfter: number
    description: string
    status: string
  }[]

export async function balancesOf({ system }: Shop, customer: TestCustomer) {
  const { read } = system.parts.db
  const of = async (id: string) => Number((await findAccount(read, id))?.balance ?? 0n)
  return {
    wallet: await of(`wallet:${customer.id}`),
    owed: Number(await getReceivable(read, customer.id)),
    clearing: await of('clearing:midtrans'),
    payable: await of('refunds_payable'),
    fees: await of('fees'),
  }
}
