import { paymentMethods } from '../../src/payments'
import type { Surroundings } from './buyer'
import type { Answer } from './http-client'
import { beginKeyed, isUnderWay, type Keyed, repeatKeyed, repeatUntilEnded } from './keyed-act'

const amounts = [10_000, 15_000, 49_999, 50_000, 120_000, 250_000, 1_000_000]
const maxLeftOpen = 4
/** Orders whose answer was lost wait for their minute to be over; a customer may have ten open ones at all. */
const maxCutOff = 4
/** A hosted page is paid by bank transfer here: its refund is tried, and refused by the provider. */
const refundable = new Set(['credit_card', 'gopay', 'shopeepay', 'qris', 'snap'])
const acceptedCard = '4811111111111114'
const deniedCard = '4911111111111113'

/** What becomes of a top-up in the customer's hands. */
const fates = { pay: 62, deny: 8, expire: 6, cancel: 10, 'cancel-then-pay': 6, leave: 8 } as const

interface Order {
  id: string
  method: string
  page: string
}

/** Money in: by the provider, and by an administrator. */
export class WalletActs {
  readonly #cutOff: { keyed: Keyed; amount: number; method: string }[] = []
  /** What happens at the provider meanwhile. */
  readonly #happening = new Set<Promise<void>>()
  /** Sent to be paid, by a method that may give back. */
  readonly #refundable: string[] = []
  #leftOpen = 0

  constructor(private readonly around: Surroundings) {}

  async topUp(): Promise<void> {
    if (this.#cutOff.length >= maxCutOff && !(await this.#endOldest())) return
    const { random, userId, session, send, tell, newKey } = this.around
    const method = random.pick(paymentMethods)
    const amount = random.pick(amounts)
    const cardToken = method === 'credit_card' ? await this.#cardToken() : undefined
    if (random.chance(0.03)) send({ type: 'call', httpStatus: 503 })
    const order = { method: 'POST', path: '/wallet/top-ups', body: { amount, method, cardToken } } as const
    const keyed: Keyed = { act: 'top-up', userId, key: newKey(), session, order }
    const answer = await beginKeyed(keyed, tell)
    if (isUnderWay(answer)) this.#cutOff.push({ keyed, amount, method })
    else await this.#ordered(keyed, amount, method, answer)
  }

  /** An administrator gives, or takes a little back. */
  async adjust(): Promise<void> {
    const { random, userId, admin, tell, newKey, keep } = this.around
    const amount = random.chance(0.8) ? random.between(1, 400) * 1_000 : -random.between(1, 60) * 1_000
    const path = `/admin/users/${userId}/credit-adjustment`
    const order = { method: 'POST', path, body: { amount, reason: 'a reason that is long enough' } } as const
    const keyed: Keyed = { act: 'adjust', userId, key: newKey(), session: admin, order }
    const answer = await beginKeyed(keyed, tell)
    const { status, body } = answer
    const { key } = keyed
    if (status === 201) {
      const { customId, balanceAfter } = body.data
      tell({ kind: 'adjusted', userId, key, customId, amount: body.data.amount, balanceAfter })
      keep(keyed, answer)
    } else if (status === 402 && amount < 0) tell({ kind: 'refused', userId, key, code: body.error.code })
    else throw new Error(`adjust: ${status} ${JSON.stringify(body)}`)
  }

  /** To the payment method: reserved, sent, and posted or given back, in steps that a kill may part. */
  async refund(): Promise<void> {
    if (this.#refundable.length === 0) return
    const { random, userId, session, admin, tell, newKey } = this.around
    const topUpId = random.pick(this.#refundable)
    const seen = await session.ask({ method: 'GET', path: `/wallet/top-ups/${topUpId}` })
    if (seen.body.data?.status !== 'SUCCESS') return
    const body = { amount: random.between(1, 9) * 1_000, reason: 'asked for it' }
    const order = { method: 'POST', path: `/admin/top-ups/${topUpId}/refunds`, body } as const
    const keyed: Keyed = { act: 'refund', userId, key: newKey(), session: admin, order }
    const { status, body: said } = await beginKeyed(keyed, tell)
    const { key } = keyed
    if (status === 201) {
      const { id: refundId, amount } = said.data
      tell({ kind: 'refund-begun', userId, key, topUpId, refundId, amount })
    } else if (status === 409) tell({ kind: 'refused', userId, key, code: said.error.code })
    else throw new Error(`refund: ${status} ${JSON.stringify(said)}`)
  }

  /** What has not ended after so long stays open. */
  async settle(patienceMs: number): Promise<void> {
    const before = Date.now() + patienceMs
    for (const { keyed, amount, method } of this.#cutOff.splice(0)) {
      const answer = await repeatUntilEnded(keyed, before)
      if (!isUnderWay(answer)) await this.#ordered(keyed, amount, method, answer)
    }
    await Promise.all(this.#happening)
  }

  async #endOldest(): Promise<boolean> {
    const { keyed, amount, method } = this.#cutOff[0]!
    const answer = await repeatKeyed(keyed)
    if (isUnderWay(answer)) return false
    this.#cutOff.shift()
    await this.#ordered(keyed, amount, method, answer)
    return true
  }

  async #ordered(keyed: Keyed, amount: number, method: string, answer: Answer): Promise<void> {
    const { userId, tell } = this.around
    const { key } = keyed
    const { status, body } = answer
    // Refused by the provider, or not reached: the order stands all the same, and may even be paid.
    const topUpId: string | undefined = body.data?.id ?? body.error?.details?.topUpId
    if (topUpId === undefined) {
      const tooMany = status === 409 && body.error.code === 'CONFLICT'
      if (!tooMany) throw new Error(`top-up: ${status} ${JSON.stringify(body)}`)
      return tell({ kind: 'refused', userId, key, code: body.error.code })
    }
    if (status !== 201 && status !== 502 && status !== 503) {
      throw new Error(`top-up: ${status} ${JSON.stringify(body)}`)
    }
    const page: string | null = body.data?.redirectUrl ?? null
    tell({ kind: 'topped-up', userId, key, topUpId, amount, charged: page !== null })
    if (page === null) return this.#withdraw(topUpId)
    await this.#meetFate({ id: topUpId, method, page })
  }

  async #meetFate(order: Order): Promise<void> {
    const { random } = this.around
    const fate = random.weighted(fates)
    if (fate === 'leave' && this.#leftOpen < maxLeftOpen) this.#leftOpen++
    else if (fate === 'cancel' || fate === 'leave') await this.#withdraw(order.id)
    else if (fate === 'cancel-then-pay') {
      await this.#withdraw(order.id)
      this.#later(() => this.#payOnPage(order, 'pay'))
    } else {
      if (fate === 'pay' && refundable.has(order.method)) this.#refundable.push(order.id)
      this.#later(() => this.#payOnPage(order, fate))
    }
  }

  /** What the provider says decides: whatever the answer is, the top-up ends as the provider has it. */
  async #withdraw(topUpId: string): Promise<void> {
    const { session, tell, userId } = this.around
    const { status, body } = await session.ask({ method: 'POST', path: `/wallet/top-ups/${topUpId}/cancel` })
    if (status === 200) tell({ kind: 'top-up-cancelled', userId, topUpId })
    else if (status !== 409 && status !== 502 && status !== 503) {
      throw new Error(`cancel of a top-up: ${status} ${JSON.stringify(body)}`)
    }
  }

  #later(happen: () => Promise<void>): void {
    const { random } = this.around
    const wait = random.chance(0.5) ? 0 : random.between(1, 600)
    const happening = Bun.sleep(wait).then(happen)
    const settled = happening.finally(() => this.#happening.delete(settled))
    this.#happening.add(settled)
  }

  /** Some notifications are lost, doubled or late. A page that says no (paid or ended before) is the provider's to say. */
  async #payOnPage({ page, method }: Order, action: 'pay' | 'deny' | 'expire'): Promise<void> {
    const { random, send } = this.around
    if (random.chance(0.12)) send({ type: 'notification', fault: { kind: 'drop' } })
    else if (random.chance(0.15)) send({ type: 'notification', fault: { kind: 'duplicate', copies: 3 } })
    else if (random.chance(0.1)) send({ type: 'notification', fault: { kind: 'delay', ms: 300 } })
    const target = method === 'snap' ? await this.#chooseMethod(page) : page
    await postForm(target, { action })
  }

  /** A hosted page leads to the order's own, where a method is chosen before anything can be paid. */
  async #chooseMethod(page: string): Promise<string> {
    const opened = await fetch(page, { redirect: 'manual' })
    const target = opened.headers.get('location')
    if (!target) throw new Error(`a hosted page led nowhere: ${opened.status}`)
    await postForm(target, { method: 'bni_va' })
    return target
  }

  async #cardToken(): Promise<string> {
    const { random, order } = this.around
    const query = new URLSearchParams({
      client_key: order.gateway.clientKey,
      card_number: random.chance(0.85) ? acceptedCard : deniedCard,
      card_exp_month: '12',
      card_exp_year: '2030',
      card_cvv: '123',
    })
    const answer = await fetch(`${order.gateway.url}/v2/token?${query}`)
    return ((await answer.json()) as { token_id: string }).token_id
  }
}

async function postForm(page: string, form: Record<string, string>): Promise<void> {
  const answer = await fetch(page, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
  await answer.body?.cancel()
  if (answer.status !== 303 && answer.status !== 409) throw new Error(`the provider’s page answered ${answer.status}`)
}
