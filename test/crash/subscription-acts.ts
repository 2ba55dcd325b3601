import type { Surroundings } from './buyer'
import { askUntilAnswered } from './http-client'
import { beginKeyed, type Keyed } from './keyed-act'

/** Small ones, sold in the seeded catalog. */
const sold = ['n8n', 'memos', 'gotify']
/** Removed apps cost nothing at the next start; those still there are all deployed again by it. */
const maxApps = 2
/** Longer than an app needs to get ready on a server that is not killed meanwhile. */
const keptMs = 6_000

interface Owned {
  subscriptionId: string
  instanceId: string
  instanceName: string
  live: boolean
  removed: boolean
  /** Until then it is left alone, so that its app may get ready. */
  keptUntil: number
}

/** Subscriptions and their apps. */
export class SubscriptionActs {
  readonly #owned: Owned[] = []

  constructor(private readonly around: Surroundings) {}

  async subscribe(): Promise<void> {
    if (this.#owned.filter(({ removed }) => !removed).length >= maxApps) return this.remove()
    const { random, userId, session, tell, newKey, keep } = this.around
    const planId = await this.#choosePlan(random.pick(sold))
    const billingCycle = random.pick(['MONTHLY', 'MONTHLY', 'QUARTERLY', 'YEARLY'])
    const order = { method: 'POST', path: '/subscriptions', body: { planId, billingCycle } } as const
    const keyed: Keyed = { act: 'subscribe', userId, key: newKey(), session, order }
    const answer = await beginKeyed(keyed, tell)
    const { status, body } = answer
    const { key } = keyed
    if (status === 201) {
      const { id: subscriptionId, price, instance } = body.data
      tell({ kind: 'subscribed', userId, key, subscriptionId, instanceId: instance.id, price })
      this.#owned.push({
        subscriptionId,
        instanceId: instance.id,
        instanceName: instance.name,
        live: true,
        removed: false,
        keptUntil: Date.now() + (random.chance(0.5) ? keptMs : 0),
      })
      keep(keyed, answer)
    } else if (status === 402 || status === 409) tell({ kind: 'refused', userId, key, code: body.error.code })
    else throw new Error(`subscribe: ${status} ${JSON.stringify(body)}`)
  }

  /** One period ahead at most, and only once the app was ready. */
  async renew(): Promise<void> {
    const owned = this.#pick(({ live, removed }) => live && !removed)
    if (!owned) return
    const { userId, session, tell, newKey, keep } = this.around
    const { subscriptionId } = owned
    const order = { method: 'PUT', path: `/subscriptions/${subscriptionId}/renew` } as const
    const keyed: Keyed = { act: 'renew', userId, key: newKey(), session, order }
    const answer = await beginKeyed(keyed, tell)
    const { status, body } = answer
    const { key } = keyed
    if (status === 200) {
      tell({ kind: 'renewed', userId, key, subscriptionId })
      keep(keyed, answer)
    } else if (status === 402 || status === 409) tell({ kind: 'refused', userId, key, code: body.error.code })
    else throw new Error(`renew: ${status} ${JSON.stringify(body)}`)
  }

  async cancel(): Promise<void> {
    const owned = this.#pick(({ live, keptUntil }) => live && keptUntil < Date.now())
    if (owned) await this.#end(owned)
  }

  /** Without a key: a repeat finds it done, which is 409, or does it again, which changes nothing. */
  async control(): Promise<void> {
    const owned = this.#pick(({ live, removed }) => live && !removed)
    if (!owned) return
    const { random, session, tell } = this.around
    const { instanceId } = owned
    const verb = random.pick(['stop', 'start', 'restart'] as const)
    tell({ kind: 'desiring', instanceId })
    const path = `/subscriptions/${owned.subscriptionId}/${verb}`
    const { status, body } = await session.ask({ method: 'POST', path })
    if (status === 200) tell({ kind: 'desired', instanceId, desired: verb === 'stop' ? 'STOPPED' : 'RUNNING' })
    else if (status !== 409) throw new Error(`${verb}: ${status} ${JSON.stringify(body)}`)
    else tell({ kind: 'desired', instanceId, desired: await this.#readDesired(owned) })
  }

  /** Takes an app and its data away, and ends its subscription if that is still live. */
  async remove(): Promise<void> {
    const owned = this.#pick(({ removed, keptUntil }) => !removed && keptUntil < Date.now())
    if (owned) await this.#remove(owned)
  }

  async removeAll(): Promise<void> {
    for (const owned of this.#owned) if (!owned.removed) await this.#remove(owned)
  }

  async #end(owned: Owned): Promise<void> {
    const { random, userId, session, tell, newKey, keep } = this.around
    const { subscriptionId, instanceId } = owned
    const when = random.chance(0.7) ? 'now' : 'period_end'
    const order = { method: 'POST', path: `/subscriptions/${subscriptionId}/cancel`, body: { when } } as const
    const keyed: Keyed = { act: 'cancel', userId, key: newKey(), session, order }
    if (!owned.removed) tell({ kind: 'desiring', instanceId })
    const answer = await beginKeyed(keyed, tell)
    const { status, body } = answer
    if (status !== 200) throw new Error(`cancel: ${status} ${JSON.stringify(body)}`)
    const { cancelAtPeriodEnd: atPeriodEnd, status: became } = body.data
    tell({ kind: 'cancelled', userId, key: keyed.key, subscriptionId, status: became, atPeriodEnd })
    owned.live = became !== 'CANCELLED'
    if (!owned.removed) {
      const desired = await this.#readDesired(owned)
      // One that was never ready goes at once: nothing of it is kept.
      owned.removed = desired === 'DELETED'
      tell({ kind: 'desired', instanceId, desired })
    }
    keep(keyed, answer)
  }

  async #remove(owned: Owned): Promise<void> {
    if (owned.live) await this.#end(owned)
    if (owned.removed) return
    const { session, tell } = this.around
    const { instanceId } = owned
    tell({ kind: 'desiring', instanceId })
    const order = { method: 'DELETE', path: `/instances/${instanceId}`, body: { confirm: owned.instanceName } } as const
    const { status, body } = await session.ask(order)
    if (status !== 200) throw new Error(`remove: ${status} ${JSON.stringify(body)}`)
    owned.removed = true
    tell({ kind: 'desired', instanceId, desired: 'DELETED' })
  }

  /** What a refusal says was so before it, or is so by a try that was never answered. */
  async #readDesired({ instanceId }: Owned): Promise<'RUNNING' | 'STOPPED' | 'DELETED'> {
    const { session } = this.around
    const { status, body } = await session.ask({ method: 'GET', path: `/instances/${instanceId}` })
    if (status !== 200) throw new Error(`instance: ${status} ${JSON.stringify(body)}`)
    const { status: shown } = body.data
    if (shown === 'TERMINATING' || shown === 'TERMINATED') return 'DELETED'
    return shown === 'STOPPING' || shown === 'STOPPED' ? 'STOPPED' : 'RUNNING'
  }

  #pick(fits: (owned: Owned) => boolean): Owned | undefined {
    const found = this.#owned.filter(fits)
    return found.length === 0 ? undefined : this.around.random.pick(found)
  }

  async #choosePlan(service: string): Promise<string> {
    const { order, random } = this.around
    const { status, body } = await askUntilAnswered(order.url, { method: 'GET', path: `/catalog/services/${service}` })
    if (status !== 200) throw new Error(`catalog: ${status} ${JSON.stringify(body)}`)
    return random.pick(body.data.plans as { id: string }[]).id
  }
}
