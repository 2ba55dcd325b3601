import { above, type Line } from './figures'
import { type LoadResult, runLoadElsewhere } from './load'
import { loadLines, medianRate } from './load-lines'
import type { MoneyBook } from './money-book'
import { assertAll, post, put } from './requests'

const connections = 64
const leastCharges = 3_000

interface Rounds {
  port: number
  /** Counted ones; one more comes before them. */
  rounds: number
  each: number
  book: MoneyBook
}

/** A renewal by hand: the charge of a sale without its app. Every customer pays once, so every token is new to the server. */
export async function benchCharges({
  port,
  barePort,
  rounds,
  each,
  book,
}: Rounds & { barePort: number }): Promise<Line[]> {
  const requests = book.payers.map(({ token, subscriptionId }) =>
    put(`/api/subscriptions/${subscriptionId}/renew`, token),
  )
  const ours: LoadResult[] = []
  const bare: LoadResult[] = []
  for (let round = 0; round <= rounds; round++) {
    const own = requests.slice(round * each, (round + 1) * each)
    ours.push(assertAll(200, await load(port, own)))
    bare.push(assertAll(200, await load(barePort, own)))
  }
  return loadLines(`durable charges, ${connections} connections`, ours.slice(1), {
    perSecond: above(medianRate(ours.slice(1)), leastCharges, '/s'),
    p99Ms: 200,
    baseline: { name: 'Bun.serve and SQLite alone', results: bare.slice(1) },
  })
}

export async function benchBuying({ port, rounds, each, book }: Rounds): Promise<Line[]> {
  const { planId } = book
  const requests = book.buyers.map((token) => post('/api/subscriptions', token, { planId }))
  const results: LoadResult[] = []
  for (let round = 0; round <= rounds; round++) {
    results.push(assertAll(201, await load(port, requests.slice(round * each, (round + 1) * each))))
  }
  return loadLines(`subscribe in a full book, ${connections} connections`, results.slice(1), {
    p99Ms: 200,
  })
}

const load = (port: number, requests: string[]): Promise<LoadResult> =>
  runLoadElsewhere({ host: '127.0.0.1', port, connections, requests })
