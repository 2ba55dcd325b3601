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
import {
  type CoreRequest,
  type MidtransAccount,
  type MidtransRequest,
  requestMidtrans,
  type SnapRequest,
} from './midtrans-client'
import { assertOrder, assertOrderId, chargeBody, idempotencyKeyOf, refundBody, snapBody } from './midtrans-order'
import { readRefund } from './midtrans-refund'
import { verifyMidtransSignature } from './midtrans-signature'
import { openPageStatus, readStatus } from './midtrans-status'
import { leftOpen, noAnswer, PaymentError, unusableAnswer } from './payment-error'
import { type RetryPolicy, retry } from './retry'

interface MidtransOptions extends MidtransAccount {
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
  const callIdempotent = (request: MidtransRequest, withinMs?: number) =>
    retry(
      (leftMs) => call({ ...request, withinMs: leftMs }),
      (e) => e.retryable,
      options.retryPolicy,
      withinMs,
    )

  /** For requests that may be repeated only when the one before certainly did nothing. */
  const callOnce = (request: MidtransRequest, withinMs?: number, ownSecret?: string) =>
    retry(
      (leftMs) => call({ ...request, withinMs: leftMs }, ownSecret),
      (e) => e.retryable && e.outcome === 'none',
      options.retryPolicy,
      withinMs,
    )

  async function charge(order: PaymentOrder): Promise<ChargeResult> {
    const now = clock.now()
    assertOrder(order, now)
    const leftOf = timer(order.withinMs)
    if (order.method === 'snap') {
      const body = snapBody(order, now)
      const send: SnapRequest['send'] = (client) => client.createTransaction(body)
      const opened = await callOnce({ api: 'snap', send }, leftOf()).catch((error) => {
        // A page whose answer was lost has an address that nobody knows: refused now, it can't be paid.
        throw order.mayExist && isRepeatable(error) ? leftOpen(error, 'an earlier charge had no answer') : error
      })
      return readSnapCharge(opened, order)
    }
    const { orderId, amount, method, cardToken } = order
    // Permata answers a repeated key with an error instead of the first answer.
    const idempotencyKey = method === 'permata_va' ? undefined : idempotencyKeyOf(orderId, amount, method, cardToken)
    const body = chargeBody(order, now)
    const send: CoreRequest['send'] = (client) => client.charge(body)
    const answer = await callOnce({ api: 'core', send, idempotencyKey }, leftOf(), cardToken).catch((error) =>
      orFound(error, order, leftOf()),
    )
    const result = readCharge(answer, order)
    assertMerchant(readText(answer.body, 'merchant_id'))
    return result
  }

  /**
   * The order may be there already: this charge is the repeat of one whose answer was lost. Its status says much the same,
   * and what refused the repeat says nothing about the first.
   */
  async function orFound(
    error: unknown,
    { orderId, amount, mayExist }: PaymentOrder,
    withinMs: number | undefined,
  ): Promise<MidtransAnswer> {
    if (!(error instanceof PaymentError) || error.outcome !== 'none') throw error
    if (error.kind !== 'conflict' && !mayExist) throw error
    if (error.retryable) throw leftOpen(error, 'an earlier charge had no answer')
    const id = encodeURIComponent(orderId)
    const send: CoreRequest['send'] = (client) => client.transaction.status(id)
    const found = await callIdempotent({ api: 'core', send }, withinMs).catch((fault) => {
      throw isUnknownOrder(fault) ? error : orOpen(error, fault)
    })
    const { amount: gross, originalAmount } = readStatus(found, orderId)
    if ((originalAmount ?? gross) !== amount) throw error
    return found
  }

  async function status(orderId: string, hint: StatusHint = {}): Promise<PaymentStatus> {
    assertOrderId(orderId)
    try {
      const id = idOf(orderId, hint.transactionId)
      const send: CoreRequest['send'] = (client) => client.transaction.status(id)
      return readStatus(await callIdempotent({ api: 'core', send }, hint.withinMs), orderId, hint.transactionId)
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
    hint: MethodHint = {},
  ): Promise<PaymentStatus> {
    assertOrderId(orderId)
    const id = encodeURIComponent(orderId)
    const leftOf = timer(hint.withinMs)
    try {
      await callIdempotent({ api: 'core', send: (client) => client.transaction[verb](id) }, leftOf())
    } catch (error) {
      if (!(error instanceof PaymentError && error.kind === 'conflict')) throw error
      const found = await status(orderId, { ...hint, withinMs: leftOf() })
      if (found.state !== wanted) throw error
      return found
    }
    // The short answer lacks currency and merchant; only the status has them all.
    const found = await status(orderId, { ...hint, withinMs: leftOf() })
    if (found.state === 'pending') throw noAnswer(`still pending after ${verb}`)
    return found
  }

  async function refund(orderId: string, request: RefundRequest): Promise<RefundResult> {
    assertOrderId(orderId)
    const body = refundBody(request)
    const id = idOf(orderId, request.transactionId)
    const leftOf = timer(request.withinMs)
    try {
      const send: CoreRequest['send'] = (client) => client.transaction.refund(id, body)
      // No Idempotency-Key: it would answer an early refusal for five minutes more. The refund's own key is enough.
      return readRefund(await callIdempotent({ api: 'core', send }, leftOf()), orderId, request)
    } catch (error) {
      if (!(error instanceof PaymentError) || error.retryable) throw error
      return orListed(error, orderId, request, leftOf())
    }
  }

  /** Whoever is refused, or not understood, may have been served before: only the provider's own list of refunds tells. */
  async function orListed(
    error: PaymentError,
    orderId: string,
    { key, amount, transactionId }: RefundRequest,
    withinMs: number | undefined,
  ): Promise<RefundResult> {
    const found = await status(orderId, { transactionId, withinMs }).catch((fault) => {
      throw orOpen(error, fault)
    })
    const listed = found.refunds.find((refund) => refund.key === key)
    // The key names one refund: listed without its sum it is this one.
    if (listed && listed.amount !== null && listed.amount !== amount)
      throw leftOpen(error, `it is listed with ${listed.amount}`)
    if (!listed) throw error
    return {
      orderId,
      key,
      amount,
      state: found.state === 'refunded' ? 'refunded' : 'partially_refunded',
      raw: found.raw,
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

/** What is left of the time for several calls. */
function timer(withinMs: number | undefined): () => number | undefined {
  const end = withinMs === undefined ? undefined : performance.now() + withinMs
  return () => (end === undefined ? undefined : Math.max(1, end - performance.now()))
}

const isRepeatable = (error: unknown): error is PaymentError => error instanceof PaymentError && error.retryable

/** Refused, and whoever could have told whether it was done before can't be asked. */
const orOpen = (refusal: PaymentError, fault: unknown): unknown =>
  fault instanceof PaymentError ? leftOpen(refusal, `the status can’t be asked: ${fault.diagnosis}`) : fault

const isUnknownOrder = (error: unknown): boolean => error instanceof PaymentError && error.kind === 'unknown-order'
