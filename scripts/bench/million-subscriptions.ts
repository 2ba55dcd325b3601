import { daysInMonth } from '../../src/lib/calendar'
import type { BulkLoad } from './bulk-load'
import type { AuditLog } from './million-audit'
import type { SoldPlan } from './million-catalog'
import type { Random } from './random'

const jakartaMs = 7 * 3_600_000
/** A subscription then ends, and its owner comes back with another. */
const longestPeriods = 24
/** One subscription in so many was upgraded. */
const upgradeEvery = 10

export interface Subscription {
  id: string
  number: number
  userId: string
  plan: SoldPlan
  anchorMs: number
  /** Charged until now. */
  periods: number
}

export interface Apps {
  /** Whether what is live also runs. If not, its app was removed, as a customer may do. */
  run: boolean
  /** The secrets of an instance; a server starts on a file only if it can open them. */
  seal?: (instanceId: string) => string
}

/** Subscriptions with their charges and apps. A row is written when it no longer changes. */
export class Subscriptions {
  readonly #load: BulkLoad
  readonly #random: Random
  #last = 100

  constructor(
    load: BulkLoad,
    random: Random,
    private readonly audit: AuditLog,
    private readonly apps: Apps,
  ) {
    this.#load = load
    this.#random = random
  }

  open(userId: string, plan: SoldPlan, atMs: number): Subscription {
    plan.used++
    return { id: this.#random.id('sub', atMs), number: ++this.#last, userId, plan, anchorMs: atMs, periods: 0 }
  }

  /** Writes down what a transaction was for: the next period, without tax. */
  charge(subscription: Subscription, transaction: number): void {
    const { id, plan, anchorMs, periods } = subscription
    this.#load.add('charges', {
      transaction_number: transaction,
      subscription_id: id,
      kind: 'period',
      period_index: periods,
      billing_cycle: 'MONTHLY',
      period_start: boundary(anchorMs, periods),
      period_end: boundary(anchorMs, periods + 1),
      service_name: plan.serviceName,
      plan_name: plan.name,
      net: plan.price,
      tax: 0,
      total: plan.price,
      tax_name: 'PPN',
      tax_rate_bp: 0,
      tax_base_numerator: 1,
      tax_base_denominator: 1,
      prices_include_tax: 0,
    })
    subscription.periods++
  }

  endIfOld(subscription: Subscription, atMs: number): boolean {
    if (subscription.periods < longestPeriods) return false
    this.end(subscription, atMs)
    return true
  }

  end(subscription: Subscription, atMs: number): void {
    subscription.plan.used--
    this.write(subscription, atMs)
    const target = { targetKind: 'subscription', targetId: subscription.id }
    this.audit.tell({ action: 'subscription.cancel', ...target, atMs })
  }

  write(subscription: Subscription, endedMs: number | null = null): void {
    const { id, number, userId, plan, anchorMs, periods } = subscription
    if (number % upgradeEvery === 0) this.#writeUpgrade(subscription)
    const stamps = { created_at: anchorMs, updated_at: endedMs ?? anchorMs }
    const ended = endedMs !== null
    const runs = this.apps.run && !ended
    const instanceId = this.#random.id('ins', anchorMs)
    this.#load.add('subscriptions', {
      number,
      id,
      user_id: userId,
      service_id: plan.serviceId,
      plan_id: plan.id,
      name: plan.serviceName,
      status: ended ? 'CANCELLED' : 'ACTIVE',
      billing_cycle: 'MONTHLY',
      price: plan.price,
      anchor_at: anchorMs,
      period_index: periods - 1,
      current_period_start: boundary(anchorMs, periods - 1),
      current_period_end: boundary(anchorMs, periods),
      auto_renew: ended ? 0 : 1,
      first_ready_at: anchorMs,
      ended_at: endedMs,
      end_reason: ended ? 'cancelled' : null,
      app_removed_at: endedMs,
      stage_since: endedMs ?? anchorMs,
      next_step_at: ended ? null : boundary(anchorMs, periods),
      ...stamps,
    })
    this.#load.add('instances', {
      id: instanceId,
      subscription_id: id,
      user_id: userId,
      name: `${plan.template}-${number}`,
      namespace: `customer-${userId.slice(4)}`,
      subdomain: `${plan.template}-${number}`,
      template_name: plan.template,
      cpu_millicores: 500,
      memory_mb: 512,
      storage_gb: 5,
      inputs: '{}',
      sealed_secrets: this.apps.seal?.(instanceId) ?? '',
      desired_state: runs ? 'RUNNING' : 'DELETED',
      status: runs ? 'RUNNING' : 'TERMINATED',
      status_changed_at: anchorMs,
      ...stamps,
    })
  }

  /** One that was given away some time before, and worked. */
  #writeUpgrade({ id, plan, anchorMs }: Subscription): void {
    this.#load.add('upgrades', {
      subscription_id: id,
      number: 1,
      from_plan_id: plan.otherId,
      to_plan_id: plan.id,
      from_price: plan.price,
      to_price: plan.price,
      charged: 0,
      from_cpu_millicores: 500,
      from_memory_mb: 512,
      from_storage_gb: 5,
      to_storage_gb: 5,
      was_failing: 0,
      status: 'DONE',
      resized_at: anchorMs,
      created_at: anchorMs,
      ended_at: anchorMs,
    })
  }
}

/** As `periodBoundary` counts in Jakarta, which has no summer time: asked two million times, the calendar would take a minute. */
function boundary(anchorMs: number, index: number): number {
  const anchor = new Date(anchorMs + jakartaMs)
  const first = new Date(anchor).setUTCDate(1)
  const month = new Date(new Date(first).setUTCMonth(anchor.getUTCMonth() + index))
  const day = Math.min(anchor.getUTCDate(), daysInMonth(month.getUTCFullYear(), month.getUTCMonth()))
  return month.setUTCDate(day) - jakartaMs
}
