import type { NotificationFault } from '../../src/embedded/gateway'

/** Acts under an Idempotency-Key. */
export type KeyedAct = 'top-up' | 'refund' | 'subscribe' | 'renew' | 'cancel' | 'adjust'

/** What the load knows for sure, because it has asked it or was answered it. Money in whole rupiah. */
export type Fact =
  /** Told before the request leaves for the first time. */
  | { kind: 'asked'; act: KeyedAct; userId: string; key: string }
  | { kind: 'registered'; userId: string; email: string }
  /** The order stands; `charged` tells that the provider was heard of too. */
  | { kind: 'topped-up'; userId: string; key: string; topUpId: string; amount: number; charged: boolean }
  | { kind: 'top-up-cancelled'; userId: string; topUpId: string }
  | { kind: 'refund-begun'; userId: string; key: string; topUpId: string; refundId: string; amount: number }
  | { kind: 'renewed'; userId: string; key: string; subscriptionId: string }
  | { kind: 'subscribed'; userId: string; key: string; subscriptionId: string; instanceId: string; price: number }
  | { kind: 'cancelled'; userId: string; key: string; subscriptionId: string; status: string; atPeriodEnd: boolean }
  /** A wish for an app is on its way; `desired` says what it is afterwards. */
  | { kind: 'desiring'; instanceId: string }
  | { kind: 'desired'; instanceId: string; desired: 'RUNNING' | 'STOPPED' | 'DELETED' }
  | { kind: 'adjusted'; userId: string; key: string; customId: string; amount: number; balanceAfter: number }
  /** A keyed act that was answered with a refusal: it did nothing. */
  | { kind: 'refused'; userId: string; key: string; code: string }
  /** The same key again: the same answer came. */
  | { kind: 'replayed'; key: string }
  | { kind: 'wrong'; what: string }

/** From the load to the harness. Every fact has a number; `marked` and `drained` say up to which one has been told. */
export type LoadMessage =
  | { type: 'fact'; number: number; fact: Fact }
  | { type: 'marked'; number: number }
  | { type: 'drained'; number: number }
  /** Wishes for the provider's next call or notification. */
  | { type: 'notification'; fault: NotificationFault }
  | { type: 'call'; httpStatus: number }

/** From the harness to the load: say how far you are; begin no more top-ups; come to an end with all that is open. */
export type HarnessMessage = { type: 'mark' } | { type: 'ease' } | { type: 'drain' }

export interface LoadOrder {
  url: string
  seed: number
  journal: string
  admin: { email: string; password: string }
  gateway: { url: string; clientKey: string }
  /** How long an act that was cut off is asked for again at the end. */
  patienceMs: number
}
