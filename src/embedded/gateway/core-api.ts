import { type Answer, badToken, invalid, ok, orderTaken, refundRejected, unknownOrder, unmodifiable } from './answers'
import { actionAnswer, type Body, chargeAnswer, grossAmount, statusAnswer } from './bodies'
import type { CardTokens } from './card-tokens'
import { asFields, readChargeInput, readExpiry, readPayment } from './charge-input'
import { approved, cancelled, challengeDenied, expired, isRefundable, isReusable, paid, refunded } from './lifecycle'
import { type Order, refundedAmount } from './order'
import type { Change, PaymentDesk } from './payment-desk'

export async function charge(desk: PaymentDesk, tokens: CardTokens, body: Body): Promise<Answer> {
  const problems: string[] = []
  const input = readChargeInput(body, problems)
  if (problems.length === 0) await desk.find(input.orderId)
  // Read again without waiting: two charges at once must not both find the id free.
  const before = desk.book.find(input.orderId)
  if (before && !isReusable(before)) return orderTaken()
  const payment = readPayment(body, tokens, problems)
  const now = desk.clock.now()
  const expiresAt = readExpiry(body, payment?.type ?? null, now, problems)
  if (problems.length > 0) return invalid(problems)
  if (!payment) return badToken()
  const order: Order = {
    ...input,
    finishUrl: input.finishUrl ?? desk.merchant.finishUrl,
    transactionId: crypto.randomUUID(),
    snapToken: null,
    payment,
    status: 'pending',
    fraudStatus: 'accept',
    createdAt: now.toISOString(),
    expiresAt: expiresAt.toISOString(),
    settledAt: null,
    refunds: [],
  }
  const withoutAsking = payment.type === 'credit_card' && String(asFields(body.credit_card).authentication) !== 'true'
  const opened = withoutAsking ? (paid(order, now) ?? order) : order
  await desk.open(opened)
  return ok(chargeAnswer(desk.merchant, opened))
}

export async function status(desk: PaymentDesk, id: string): Promise<Answer> {
  const order = await desk.find(id)
  return order?.payment ? ok(statusAnswer(desk.merchant, order)) : unknownOrder()
}

const actions = {
  cancel: { change: cancelled, statusCode: '200', message: 'Success, transaction is canceled' },
  expire: { change: expired, statusCode: '407', message: 'Success, transaction has expired' },
  approve: { change: approved, statusCode: '200', message: 'Success, transaction is approved' },
  deny: { change: challengeDenied, statusCode: '200', message: 'Success, transaction is denied' },
} as const

export type Action = keyof typeof actions

export const isAction = (verb: string): verb is Action => Object.hasOwn(actions, verb)

export async function act(desk: PaymentDesk, id: string, verb: Action): Promise<Answer> {
  const { change, statusCode, message } = actions[verb]
  const changed = await changeKnown(desk, id, change)
  return 'body' in changed ? changed : ok(actionAnswer(desk.merchant, changed, statusCode, message))
}

/** A key that was used before answers as before, as long as it names the same amount. */
export async function refund(desk: PaymentDesk, id: string, body: Body): Promise<Answer> {
  const order = await desk.find(id)
  if (!order?.payment) return unknownOrder()
  const key = typeof body.refund_key === 'string' ? body.refund_key : crypto.randomUUID()
  const amount = body.amount ?? order.amount - refundedAmount(order)
  if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 1) return invalid(['amount is invalid'])
  if (!/^[A-Za-z0-9\-_]{1,100}$/.test(key)) return invalid(['refund_key is invalid'])
  const before = order.refunds.find((earlier) => earlier.key === key)
  if (before) return before.amount === amount ? refundAnswer(desk, order, key, amount) : orderTaken()
  if (!isRefundable(order)) return refundRejected('Payment type does not support refund')
  const reason = typeof body.reason === 'string' ? body.reason.slice(0, 255) : ''
  const changed = await changeKnown(desk, id, (current, now) => {
    if (current.refunds.some((earlier) => earlier.key === key)) return null
    return refunded(current, { key, amount, reason }, now)
  })
  return 'body' in changed ? changed : refundAnswer(desk, changed, key, amount)
}

function refundAnswer(desk: PaymentDesk, order: Order, key: string, amount: number): Answer {
  const { refunds: _, ...fields } = actionAnswer(desk.merchant, order, '200', 'Success, refund request is approved')
  const id = order.refunds.find((each) => each.key === key)?.id
  return ok({ ...fields, refund_chargeback_id: id, refund_amount: grossAmount(amount), refund_key: key })
}

async function changeKnown(desk: PaymentDesk, id: string, change: Change): Promise<Order | Answer> {
  const order = await desk.find(id)
  if (!order?.payment) return unknownOrder()
  return (await desk.change(id, change)) ?? unmodifiable()
}
