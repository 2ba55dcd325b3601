import { above, type Line } from './figures'
import { type LoadResult, runLoadElsewhere } from './load'
import { loadLines, medianRate } from './load-lines'
import type { MoneyBook } from './money-book'
import { startRawServer } from './raw-server'
import { assertAll, get } from './requests'
import type { Run } from './run'

const leastPages = 8_000
const page = '/api/wallet/transactions?limit=20'

interface Readers extends Pick<Run, 'roundMs' | 'warmupMs' | 'connections'> {
  port: number
  rounds: number
  book: MoneyBook
}

/** The first page of a statement: of many customers, and of one with a tenth of all transactions. A bare server with the same bytes takes turns. */
export async function benchStatement(readers: Readers): Promise<Line[]> {
  const { book } = readers
  return [
    ...(await benchPages('statement page, many customers', readers, book.readers)),
    ...(await benchPages('statement page, one long statement', readers, [book.longReader])),
  ]
}

async function benchPages(name: string, readers: Readers, tokens: string[]): Promise<Line[]> {
  const { port, rounds, roundMs, warmupMs, connections } = readers
  const answer = await fetch(`http://127.0.0.1:${port}${page}`, { headers: { authorization: `Bearer ${tokens[0]}` } })
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !/^(date|content-length)$/.test(name)))
  const raw = await startRawServer({ status: answer.status, headers, body: await answer.text() })
  const requests = tokens.map((token) => get(page, token))
  const load = (to: number) =>
    runLoadElsewhere({ host: '127.0.0.1', port: to, connections, durationMs: roundMs, warmupMs, requests })
  const ours: LoadResult[] = []
  const theirs: LoadResult[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(assertAll(200, await load(port)))
    theirs.push(assertAll(200, await load(raw.port)))
  }
  await raw.stop()
  return loadLines(name, ours, {
    perSecond: above(medianRate(ours), leastPages, '/s'),
    baseline: { name: 'raw Bun.serve', results: theirs },
  })
}
