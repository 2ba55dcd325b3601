import type { Fact, KeyedAct } from './facts'

export interface KnownTopUp {
  userId: string
  amount: number
  cancelled: boolean
}

export interface KnownSubscription {
  userId: string
  instanceId: string
  price: number
  renewals: number
  ended: boolean
  atPeriodEnd: boolean
}

export interface KnownRefund {
  userId: string
  topUpId: string
  amount: number
}

export interface KnownAdjustment {
  userId: string
  amount: number
  balanceAfter: number
}

/** What must be in the database, from the answers alone; and what may be there, because it was asked for. */
export class Model {
  readonly users = new Map<string, string>()
  readonly topUps = new Map<string, KnownTopUp>()
  readonly subscriptions = new Map<string, KnownSubscription>()
  readonly refunds = new Map<string, KnownRefund>()
  /** By public number. */
  readonly adjustments = new Map<string, KnownAdjustment>()
  /** By instance; undefined while a change is on its way. */
  readonly desired = new Map<string, string | undefined>()
  /** Asked for under a key, and not answered yet. */
  readonly open = new Map<string, { act: KeyedAct; userId: string }>()
  readonly wrong: string[] = []
  readonly counts = new Map<string, number>()

  learn(fact: Fact): void {
    this.counts.set(fact.kind, (this.counts.get(fact.kind) ?? 0) + 1)
    switch (fact.kind) {
      case 'asked':
        this.open.set(fact.key, fact)
        break
      case 'registered':
        this.users.set(fact.userId, fact.email)
        break
      case 'topped-up':
        this.#once(this.topUps, fact.topUpId, { userId: fact.userId, amount: fact.amount, cancelled: false })
        break
      case 'top-up-cancelled':
        this.topUps.get(fact.topUpId)!.cancelled = true
        break
      case 'refund-begun': {
        const { userId, topUpId, amount } = fact
        this.#once(this.refunds, fact.refundId, { userId, topUpId, amount })
        break
      }
      case 'renewed':
        this.subscriptions.get(fact.subscriptionId)!.renewals++
        break
      case 'subscribed': {
        const { userId, instanceId, price } = fact
        const known: KnownSubscription = { userId, instanceId, price, renewals: 0, ended: false, atPeriodEnd: false }
        this.#once(this.subscriptions, fact.subscriptionId, known)
        this.desired.set(instanceId, 'RUNNING')
        break
      }
      case 'cancelled': {
        const known = this.subscriptions.get(fact.subscriptionId)!
        known.ended ||= fact.status === 'CANCELLED'
        known.atPeriodEnd ||= fact.atPeriodEnd
        break
      }
      case 'desiring':
        this.desired.set(fact.instanceId, undefined)
        break
      case 'desired':
        this.desired.set(fact.instanceId, fact.desired)
        break
      case 'adjusted': {
        const { userId, amount, balanceAfter } = fact
        this.#once(this.adjustments, fact.customId, { userId, amount, balanceAfter })
        break
      }
      case 'wrong':
        this.wrong.push(fact.what)
        break
    }
    if (fact.kind !== 'asked' && 'key' in fact) this.open.delete(fact.key)
  }

  /** How many of an act a customer may have beyond those that were answered. */
  openOf(userId: string, act: KeyedAct): number {
    let open = 0
    for (const asked of this.open.values()) if (asked.userId === userId && asked.act === act) open++
    return open
  }

  /** Two keys were answered with the same thing: one of the two acts never happened. */
  #once<T>(known: Map<string, T>, id: string, value: T): void {
    if (known.has(id)) this.wrong.push(`${id} was the answer to two keys`)
    known.set(id, value)
  }
}
