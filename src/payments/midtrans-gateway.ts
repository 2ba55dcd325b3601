import { type Clock, systemClock } from '../lib/clock'
import type {
  ChargeResult,
  MethodHint,
  PaymentGateway,
  PaymentOrder,
  PaymentState,
  PaymentStatus,
  RefundRequest,
  RefundResult,
  StatusHint,
} from './gateway'
import { type MidtransAnswer, readAnswer, readText } from './midtrans-answer'
import { readCharge, readSnapCharge } from './midtrans-charge'
import { type CoreRequest, type MidtransAccount, type MidtransRequest, requestMidtrans } from './midtrans-client'
import { assertOrder, assertOrderId, chargeBody, idempotencyKeyOf, refundBody, snapBody } from './midtrans-order'
import { readRefund } from './midtrans-refund'
import { verifyMidtransSignature } from './midtrans-signature'
import { openPageStatus, readStatus } from './midtrans-status'
import { PaymentError, unusableAnswer } from './payment-error'
import { type RetryPolicy, retry } from './retry'

export interface MidtransOptions extends MidtransAccount {
  merchantId: string
  clock?: Clock
  retryPolicy?: RetryPolicy
}

/** Midtrans behind the house's interface. Nothing is loaded or sent before the first call. */
export function createMidtransGateway(options: MidtransOptions): PaymentGateway {
  const clock = options.clock ?? systemClock
  const secrets = [options.serverKey, btoa(`${options.serverKey}:`)].filter((secret) => secret.length > 1)

  const call = async (request: MidtransRequest, ownSecret?: string): Promise<MidtransAnswer> =>
    readAnswer(await requestMidtrans(options, request), ownSecret ? [...secrets, ownSecret] : secrets)

  /** For requests that may be repeated without harm, whatever became of the one before. */
  const callIdempotent = (request: MidtransRequest) =>
    retry(
      () => call(request),
      (e) => e.retryable,
      options.retryPolicy,
    )

  /** For requests that may be repeated only when the one before certainly did nothing. */
  const callOnce = (request: MidtransRequest, ownSecret?: string) =>
    retry(
      () => call(request, ownSecret),
      (e) => e.retryable && e.outcome === 'none',
      options.retryPolicy,
    )

  async function charge(order: PaymentOrder): Promise<ChargeResult> {
    const now = clock.now()
    assertOrder(order, now)
    if (order.method === 'snap') {
      const body = snapBody(order, now)
      return readSnapCharge(await callOnce({ api: 'snap', send: (client) => client.createTransaction(body) }), order)
    }
    const { orderId, amount, method, cardToken } = order
    // Permata answers a repeated key with an error instead of the first answer.
    const idempotencyKey = method === 'permata_va' ? undefined : idempotencyKeyOf(orderId, amount, method, cardToken)
    const body = chargeBody(order, now)
    const send: CoreRequest['send'] = (client) => client.charge(body)
    const answer = await callOnce({ api: 'core', send, idempotencyKey }, cardToken).catch((error) =>
      orFound(error, order),
    )
    const result = readCharge(answer, order)
    assertMerchant(readText(answer.body, 'merchant_id'))
    return result
  }

  /** The order is there already: this charge is the repeat of one whose answer was lost. Its status says much the same. */
  async function orFound(error: unknown, { orderId, amount }: PaymentOrder): Promise<MidtransAnswer> {
    if (!(error instanceof PaymentError && error.kind === 'conflict')) throw error
    const id = encodeURIComponent(orderId)
    const found = await callIdempotent({ api: 'core', send: (client) => client.transaction.status(id) })
    if (readStatus(found, orderId).amount !== amount) throw error
    return found
  }

  async function status(orderId: string, hint: StatusHint = {}): Promise<PaymentStatus> {
    assertOrderId(orderId)
    try {
      const id = idOf(orderId, hint.transactionId)
      const answer = await callIdempotent({ api: 'core', send: (client) => client.transaction.status(id) })
      return readStatus(answer, orderId, hint.transactionId)
    } catch (error) {
      if (hint.method === 'snap' && isUnknownOrder(error)) return openPageStatus(orderId)
      throw error
    }
  }

  const cancel = (orderId: string, hint?: MethodHint) => end(orderId, 'cancel', 'cancelled', hint)
  const expire = (orderId: string, hint?: MethodHint) => end(orderId, 'expire', 'expired', hint)

  /** A repeat of a request that did arrive is answered 412: the status then tells whether the wish is fulfilled. */
  async function end(
    orderId: string,
    verb: 'cancel' | 'expire',
    wanted: PaymentState,
    hint?: MethodHint,
  ): Promise<PaymentStatus> {
    assertOrderId(orderId)
    const id = encodeURIComponent(orderId)
    try {
      await callIdempotent({ api: 'core', send: (client) => client.transaction[verb](id) })
    } catch (error) {
      if (!(error instanceof PaymentError && error.kind === 'conflict')) throw error
      const found = await status(orderId, hint)
      if (found.state !== wanted) throw error
      return found
    }
    // The short answer lacks currency and merchant; only the status has them all.
    const found = await status(orderId, hint)
    if (found.state === 'pending') throw unusableAnswer(`still pending after ${verb}`)
    return found
  }

  async function refund(orderId: string, request: RefundRequest): Promise<RefundResult> {
    assertOrderId(orderId)
    const body = refundBody(request)
    const id = idOf(orderId, request.transactionId)
    try {
      const send: CoreRequest['send'] = (client) => client.transaction.refund(id, body)
      // No Idempotency-Key: it would answer an early refusal for five minutes more. The refund's own key is enough.
      return readRefund(await callIdempotent({ api: 'core', send }), orderId, request)
    } catch (error) {
      if (!(error instanceof PaymentError && error.kind === 'conflict')) throw error
      const found = await status(orderId, { transactionId: request.transactionId })
      const done = found.refunds.some(({ key, amount }) => key === request.key && amount === request.amount)
      if (!done || (found.state !== 'refunded' && found.state !== 'partially_refunded')) throw error
      return { orderId, key: request.key, amount: request.amount, state: found.state, raw: found.raw }
    }
  }

  function assertMerchant(merchantId: string | null): void {
    // An operator who named no merchant has nothing to compare with.
    if (options.merchantId !== '' && merchantId !== null && merchantId !== options.merchantId)
      throw unusableAnswer('an answer for another merchant')
  }

  const verifySignature = (body: unknown): boolean => verifyMidtransSignature(body, options.serverKey)

  return { charge, status, cancel, expire, refund, verifySignature }
}

/** Midtrans takes either id in the same place of a path; under an order's own it speaks of the latest payment. */
function idOf(orderId: string, transactionId: string | undefined): string {
  if (transactionId !== undefined) assertOrderId(transactionId)
  return encodeURIComponent(transactionId ?? orderId)
}

const isUnknownOrder = (error: unknown): boolean => error instanceof PaymentError && error.kind === 'unknown-order'
