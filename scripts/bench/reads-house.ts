import { systemClock as clock, day } from '../../src/lib/clock'
import { type Book, writeBook } from './million'
import type { SoldPlan } from './million-catalog'
import { openHouse } from './million-house'

const sessionMs = 30 * day
/** More than a page of each. */
const signIns = 25
const ended = 24
const live = 5
const apiTokens = 10
const giftEach = 10

export type Caller = 'customer' | 'admin'

export interface ReadsHouse {
  /** An access token, good for a quarter of an hour. */
  signIn(caller: Caller): Promise<string>
  /** For sale, and the customer has none of its service. */
  plan: SoldPlan
}

/** A data folder with a business of years in it, a customer with more than a page of everything, and an administrator. */
export async function writeReadsHouse(dataDir: string, transactions: number): Promise<ReadsHouse> {
  const { path, seal, tokens } = openHouse(dataDir)
  const added: { customer: SignedIn; admin: SignedIn; plan: SoldPlan }[] = []
  await writeBook(path, {
    transactions,
    customers: Math.ceil(transactions / 50),
    endsAtMs: clock.now().getTime(),
    // Nothing but who reads keeps the server busy.
    atRest: true,
    seal,
    transactionsPerVisit: 4,
    more: (book) => {
      const [customer, admin] = [addCustomer(book), register(book, 'admin', 'ADMINISTRATOR')]
      added.push({ customer, admin, plan: book.plans[live]! })
    },
  })
  const { plan, ...people } = added[0]!
  return { plan, signIn: (caller) => tokens.sign(people[caller].userId, people[caller].sessionId) }
}

interface SignedIn {
  userId: string
  sessionId: string
}

function addCustomer(book: Book): SignedIn {
  const { load, random, plans, ledger, subscriptions, payments, endsAtMs } = book
  const customer = register(book, 'reader', 'USER')
  const { userId } = customer
  const wallet = ledger.openWallet(userId)
  const gift = { type: 'BONUS', counter: 'promo', description: 'Gift' } as const
  const most = Math.max(...plans.map(({ price }) => price))
  const source = `adjustment:${random.id('ent', endsAtMs)}`
  ledger.book(wallet, giftEach * most * (ended + live + 1), { ...gift, source }, endsAtMs)
  for (let index = 0; index < ended + live; index++) {
    const plan = plans[index < live ? index : index % plans.length]!
    const atMs = endsAtMs - (index < live ? 1 : 2) * 10 * day
    const subscription = subscriptions.open(userId, plan, atMs)
    const shown = { type: 'CHARGE', description: `${plan.serviceName} ${plan.name}` } as const
    const booking = { ...shown, counter: 'revenue', subscriptionId: subscription.id }
    const charge = `charge:${subscription.id}:period:0`
    subscriptions.charge(
      subscription,
      ledger.book(wallet, -plan.price, { ...booking, source: charge }, atMs).transaction,
    )
    if (index < live) subscriptions.write(subscription)
    else subscriptions.end(subscription, endsAtMs - day)
  }
  payments.topUp(wallet, endsAtMs)
  for (let index = 0; index < apiTokens; index++) {
    load.add('api_tokens', {
      id: random.id('tok', endsAtMs),
      user_id: userId,
      name: `script ${index}`,
      hash: random.id('hash', endsAtMs),
      prefix: 'mpt_abcd',
      scopes: '["read"]',
      created_at: endsAtMs,
      expires_at: endsAtMs + sessionMs,
      revoked_at: null,
    })
  }
  return customer
}

function register({ load, random, endsAtMs }: Book, name: string, role: 'USER' | 'ADMINISTRATOR'): SignedIn {
  const userId = random.id('usr', endsAtMs)
  load.add('users', {
    id: userId,
    email: `${name}@example.com`,
    name,
    password_hash: 'none',
    created_at: endsAtMs,
    updated_at: endsAtMs,
  })
  load.run('UPDATE users SET role = ? WHERE id = ?', [role, userId])
  let sessionId = ''
  for (let index = 0; index < signIns; index++) {
    sessionId = random.id('ses', endsAtMs)
    load.add('sessions', {
      id: sessionId,
      user_id: userId,
      address: '192.0.2.7',
      user_agent: 'A browser with a name of some length',
      created_at: endsAtMs - (signIns - index) * 1_000,
      last_used_at: endsAtMs,
      expires_at: endsAtMs + sessionMs,
      revoked_at: null,
      revoked_reason: null,
    })
  }
  return { userId, sessionId }
}
