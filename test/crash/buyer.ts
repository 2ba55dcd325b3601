import type { Fact, LoadMessage, LoadOrder } from './facts'
import { askUntilAnswered } from './http-client'
import { type Keyed, repeatKeyed } from './keyed-act'
import type { Random } from './random'
import { Session } from './session'
import { SubscriptionActs } from './subscription-acts'
import { WalletActs } from './wallet-acts'

const password = 'correct horse battery staple'
/** Of a customer, how many answers are kept to be asked for again. */
const maxKept = 30

/** How often each is done, relative to the others. */
const acts = {
  'top-up': 26,
  refund: 12,
  adjust: 12,
  subscribe: 18,
  renew: 10,
  cancel: 8,
  control: 10,
  remove: 6,
  replay: 8,
} as const

export interface Surroundings {
  order: LoadOrder
  random: Random
  tell: (fact: Fact) => void
  send: (message: LoadMessage) => void
  userId: string
  session: Session
  admin: Session
  /** Keeps an act whose answer will not change, to ask for it again. */
  keep: (keyed: Keyed, answer: { status: number; body: unknown }) => void
  newKey: () => string
}

/** One customer: does one thing after the other, so that what each answer must be can be told. */
export class Buyer {
  readonly #kept: { keyed: Keyed; status: number; text: string }[] = []
  #around!: Surroundings
  #wallet!: WalletActs
  #subscriptions!: SubscriptionActs

  constructor(
    private readonly order: LoadOrder,
    private readonly admin: Session,
    private readonly wanted: { topUps: boolean },
    private readonly random: Random,
    private readonly tell: (fact: Fact) => void,
    private readonly send: (message: LoadMessage) => void,
  ) {}

  /** A registration has no key: who is there already has been answered by the server that died. */
  async register(): Promise<void> {
    const account = { email: `buyer-${crypto.randomUUID()}@example.com`, password }
    const asked = { method: 'POST', path: '/auth/register', body: { ...account, name: 'Siti' } } as const
    const { status, body, repeated } = await askUntilAnswered(this.order.url, asked)
    if (status !== 201 && !(status === 409 && repeated)) throw new Error(`register: ${status} ${JSON.stringify(body)}`)
    const { email } = account
    if (status === 201) this.tell({ kind: 'registered', userId: body.data.user.id, email })
    const session = new Session(this.order.url, account, body.data?.accessToken)
    const me = await session.ask({ method: 'GET', path: '/auth/me' })
    if (me.status !== 200) throw new Error(`profile: ${me.status} ${JSON.stringify(me.body)}`)
    const userId: string = me.body.data.id
    if (status !== 201) this.tell({ kind: 'registered', userId, email })
    this.#around = {
      order: this.order,
      random: this.random,
      tell: this.tell,
      send: this.send,
      userId,
      session,
      admin: this.admin,
      keep: (keyed, answer) => this.#keep(keyed, answer),
      newKey: () => crypto.randomUUID(),
    }
    this.#wallet = new WalletActs(this.#around)
    this.#subscriptions = new SubscriptionActs(this.#around)
  }

  async act(): Promise<void> {
    switch (this.random.weighted(acts)) {
      case 'top-up':
        return this.wanted.topUps ? this.#wallet.topUp() : this.#wallet.adjust()
      case 'refund':
        return this.#wallet.refund()
      case 'adjust':
        return this.#wallet.adjust()
      case 'subscribe':
        return this.#subscriptions.subscribe()
      case 'renew':
        return this.#subscriptions.renew()
      case 'cancel':
        return this.#subscriptions.cancel()
      case 'control':
        return this.#subscriptions.control()
      case 'remove':
        return this.#subscriptions.remove()
      case 'replay':
        return this.#replay()
    }
  }

  /** Makes room for another customer: what was deployed would be deployed again by every start. */
  leave = (): Promise<void> => this.#subscriptions.removeAll()

  /** Brings what was cut off to its end, and lets what the provider was asked for happen. */
  settle = (patienceMs: number): Promise<void> => this.#wallet.settle(patienceMs)

  #keep(keyed: Keyed, { status, body }: { status: number; body: unknown }): void {
    this.#kept.push({ keyed, status, text: JSON.stringify(body) })
    if (this.#kept.length > maxKept) this.#kept.shift()
  }

  async #replay(): Promise<void> {
    if (this.#kept.length === 0) return
    const { keyed, status, text } = this.random.pick(this.#kept)
    const again = await repeatKeyed(keyed)
    const same = again.status === status && JSON.stringify(again.body) === text
    const { key } = keyed
    if (same) this.tell({ kind: 'replayed', key })
    else {
      const what = `${keyed.act} ${key} was answered ${status} ${text}, and again ${again.status} ${JSON.stringify(again.body)}`
      this.tell({ kind: 'wrong', what })
    }
  }
}
