import { type Answer, snapRefusal } from './answers'
import type { Body } from './bodies'
import { newPayment, readChargeInput, readExpiry, type SnapChoice } from './charge-input'
import { isReusable } from './lifecycle'
import type { Order } from './order'
import type { PaymentDesk } from './payment-desk'

/** Opens a hosted page. The API knows no transaction of it until a method is chosen there. */
export async function createSnapTransaction(desk: PaymentDesk, body: Body): Promise<Answer> {
  const problems: string[] = []
  const input = readChargeInput(body, problems)
  const now = desk.clock.now()
  const expiresAt = readExpiry(body, null, now, problems)
  if (problems.length > 0) return snapRefusal(400, problems)
  await desk.find(input.orderId)
  const before = desk.book.find(input.orderId)
  if (before && !isReusable(before)) return snapRefusal(400, ['transaction_details.order_id has already been taken'])
  const token = crypto.randomUUID()
  await desk.open({
    ...input,
    finishUrl: input.finishUrl ?? desk.merchant.finishUrl,
    transactionId: crypto.randomUUID(),
    snapToken: token,
    payment: null,
    status: 'pending',
    fraudStatus: 'accept',
    createdAt: now.toISOString(),
    expiresAt: expiresAt.toISOString(),
    settledAt: null,
    refunds: [],
  })
  return { httpStatus: 201, body: { token, redirect_url: `${desk.merchant.publicUrl}/snap/v4/redirection/${token}` } }
}

export const chosen =
  (choice: SnapChoice) =>
  (order: Order): Order | null =>
    order.status === 'pending' && !order.payment ? { ...order, payment: newPayment(choice) } : null
