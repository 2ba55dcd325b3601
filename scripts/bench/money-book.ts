import { systemClock as clock } from '../../src/lib/clock'
import { type Book, writeBook } from './million'
import { openHouse } from './million-house'

const sessionMs = 86_400_000
const readerCount = 1_000
/** The period that a payer has bought still runs. */
const longestAgoMs = 25 * 86_400_000
/** Of all transactions, those of the customer with the long statement. */
const longShare = 0.1

export interface MoneyBook {
  /** Each has one subscription with a period that runs, and the money for the next. */
  payers: { token: string; subscriptionId: string }[]
  /** Each has the money for one subscription of `planId`. */
  buyers: string[]
  planId: string
  /** With some fifty transactions each. */
  readers: string[]
  /** With a tenth of all transactions. */
  longReader: string
  longReaderId: string
}

interface Wanted {
  transactions: number
  payers: number
  buyers: number
}

/** A data folder with years of business in it, and customers who are signed in and about to do something. Tokens last a quarter of an hour. */
export async function writeMoneyBook(dataDir: string, wanted: Wanted): Promise<MoneyBook> {
  const { path, seal, tokens } = openHouse(dataDir)
  const nowMs = clock.now().getTime()
  const guests: Guests = { payers: [], buyers: [], planId: '', readers: [] }
  await writeBook(path, {
    transactions: wanted.transactions,
    customers: Math.ceil(wanted.transactions / 50),
    firstCustomersShare: longShare,
    endsAtMs: nowMs,
    atRest: true,
    seal,
    more: (book) => addGuests(book, wanted, guests),
  })
  const tokensOf = (signedIn: SignedIn[]) =>
    Promise.all(signedIn.map(({ userId, sessionId }) => tokens.sign(userId, sessionId)))
  const payers = await tokensOf(guests.payers)
  const [longReader, ...readers] = await tokensOf(guests.readers)
  return {
    payers: payers.map((token, index) => ({ token, subscriptionId: guests.payers[index]!.subscriptionId })),
    buyers: await tokensOf(guests.buyers),
    planId: guests.planId,
    readers,
    longReader: longReader!,
    longReaderId: guests.readers[0]!.userId,
  }
}

interface SignedIn {
  userId: string
  sessionId: string
}

interface Guests {
  payers: (SignedIn & { subscriptionId: string })[]
  buyers: SignedIn[]
  planId: string
  readers: SignedIn[]
}

function addGuests(book: Book, wanted: Wanted, guests: Guests): void {
  const { plans, userIds, ledger, subscriptions, endsAtMs } = book
  for (let index = 0; index < wanted.payers; index++) {
    const plan = plans[index % plans.length]!
    const guest = register(book, `payer-${index}`)
    const boughtAtMs = endsAtMs - book.random.below(longestAgoMs)
    const wallet = ledger.openWallet(guest.userId)
    give(book, wallet, 2 * plan.price)
    const subscription = subscriptions.open(guest.userId, plan, boughtAtMs)
    const source = `charge:${subscription.id}:period:0`
    const shown = { type: 'CHARGE', description: `${plan.serviceName} ${plan.name}` } as const
    const booking = { ...shown, counter: 'revenue', source, subscriptionId: subscription.id }
    subscriptions.charge(subscription, ledger.book(wallet, -plan.price, booking, endsAtMs).transaction)
    subscriptions.write(subscription)
    guests.payers.push({ ...guest, subscriptionId: subscription.id })
  }
  const plan = plans[0]!
  guests.planId = plan.id
  for (let index = 0; index < wanted.buyers; index++) {
    const guest = register(book, `buyer-${index}`)
    give(book, ledger.openWallet(guest.userId), plan.price)
    guests.buyers.push(guest)
  }
  book.load.run('UPDATE plans SET total_quota = 1000000 WHERE id = ?', [plan.id])
  guests.readers = userIds.slice(0, readerCount + 1).map((userId) => signIn(book, userId))
}

/** A customer of any age, so that their rows lie anywhere in the file. */
function register(book: Book, name: string): SignedIn {
  const { load, random, startsAtMs, endsAtMs } = book
  const userId = random.id('usr', startsAtMs + random.below(endsAtMs - startsAtMs))
  const stamps = { created_at: endsAtMs, updated_at: endsAtMs }
  load.add('users', { id: userId, email: `${name}@example.com`, name, password_hash: 'none', ...stamps })
  return signIn(book, userId)
}

function signIn({ load, random, endsAtMs }: Book, userId: string): SignedIn {
  const sessionId = random.id('ses', endsAtMs)
  load.add('sessions', {
    id: sessionId,
    user_id: userId,
    address: '',
    user_agent: 'bench',
    created_at: endsAtMs,
    last_used_at: endsAtMs,
    expires_at: endsAtMs + sessionMs,
  })
  return { userId, sessionId }
}

function give({ ledger, random, endsAtMs }: Book, wallet: ReturnType<Book['ledger']['openWallet']>, amount: number) {
  const source = `adjustment:${random.id('ent', endsAtMs)}`
  ledger.book(wallet, amount, { type: 'BONUS', counter: 'promo', source, description: 'Gift' }, endsAtMs)
}
