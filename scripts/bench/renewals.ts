import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { runBareLoop } from './bare-shop'
import { figuresOf, type Line } from './figures'
import { type MoneyBook, writeMoneyBook } from './money-book'
import { recordIn } from './record'
import type { Run } from './run'
import { startServer } from './server'

const leastShare = 0.6
const mostTimes = 3
const readsASecond = 100
const quietMs = 5_000
const lookEveryMs = 200
const databaseName = 'minispod.db'

/**
 * Renewals that fall due at once, by the job that renews them, beside people who look at their wallet; against a bare loop that runs the
 * statements of such renewals and nothing else.
 */
export async function benchRenewals({ command, folder, quick, rounds, tell }: Run): Promise<Line[]> {
  const count = quick ? 10_000 : 100_000
  const dataDir = join(folder, 'renewals')
  tell(`  a book with ${count} subscriptions that are due …`)
  const book = await writeMoneyBook(dataDir, { transactions: quick ? 20_000 : 100_000, payers: count, buyers: 1 })
  makeDue(join(dataDir, databaseName), book)
  const bare = await bareRates({ folder, dataDir, quick, rounds, tell }, book)
  tell('  renewing …')
  const server = await startServer(command, dataDir)
  try {
    const quiet = await readWhile(server.port, book.readers, Bun.sleep(quietMs))
    const done = renewAll(server.port, join(dataDir, databaseName), book.longReader, count)
    const busy = await readWhile(server.port, book.readers, done)
    const rate = await done
    const [figures, theirs] = [figuresOf([rate]), figuresOf(bare)]
    const [before, during] = [figuresOf([quiet.p99]), figuresOf([busy.p99])]
    return [
      {
        name: `${count} due renewals, beside ${readsASecond} reads a second`,
        figures,
        unit: '/s',
        baseline: { name: 'bare loop', figures: theirs },
        target: { text: `≥ ${leastShare} ×`, reached: rate >= leastShare * theirs.median },
      },
      {
        name: 'GET /api/wallet meanwhile, p99',
        figures: during,
        unit: 'ms',
        baseline: { name: 'without renewals', figures: before },
        target: { text: `< ${mostTimes} ×`, reached: busy.p99 < mostTimes * quiet.p99 },
      },
    ]
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** All of them since a moment ago; the one with the long statement is an administrator, who can tell the job to run. */
function makeDue(database: string, { payers, longReaderId }: MoneyBook): void {
  const connection = new FileConnection(database, { busyTimeoutMs: 5_000 })
  const now = Date.now()
  connection.run(
    `UPDATE subscriptions SET anchor_at = ?, current_period_start = ?, current_period_end = ?, next_step_at = ?, notice_at = NULL
     WHERE status = 'ACTIVE'`,
    [now - 31 * 86_400_000, now - 31 * 86_400_000, now, now],
  )
  connection.run(`UPDATE users SET role = 'ADMINISTRATOR' WHERE id = ?`, [longReaderId])
  const [[due]] = connection.all('SELECT count(*) FROM subscriptions WHERE next_step_at IS NOT NULL') as [[number]]
  connection.close()
  if (Number(due) !== payers.length) throw new Error(`${due} subscriptions are due instead of ${payers.length}`)
}

async function bareRates(
  { folder, dataDir, quick, rounds, tell }: Pick<Run, 'folder' | 'quick' | 'rounds' | 'tell'> & { dataDir: string },
  { payers }: MoneyBook,
): Promise<number[]> {
  tell('  recording renewals …')
  const [copy, statements] = [join(folder, 'renewals-copy'), join(folder, 'renewals.json')]
  cpSync(dataDir, copy, { recursive: true })
  const ids = payers.slice(0, quick ? 2_000 : 5_000).map(({ subscriptionId }) => subscriptionId)
  await recordIn(copy, statements, { what: 'renewals', ids })
  const rates: number[] = []
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    rmSync(copy, { recursive: true, force: true })
    cpSync(dataDir, copy, { recursive: true })
    rates.push(await runBareLoop({ database: join(copy, databaseName), statements }))
  }
  rmSync(copy, { recursive: true, force: true })
  return rates
}

/** @returns renewals a second, from the moment at which the job is asked for */
async function renewAll(port: number, database: string, admin: string, count: number): Promise<number> {
  const look = new FileConnection(database, { busyTimeoutMs: 5_000 })
  const url = `http://127.0.0.1:${port}/api/admin/jobs/schedules/subscriptions.due/run`
  const startedAt = performance.now()
  const asked = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${admin}` } })
  if (!asked.ok) throw new Error(`the job can’t be run: ${asked.status} ${await asked.text()}`)
  const leftNow = () =>
    Number(
      look.all('SELECT count(*) FROM subscriptions WHERE next_step_at IS NOT NULL AND next_step_at <= ?', [
        Date.now(),
      ])[0]![0],
    )
  for (let left = leftNow(), since = performance.now(); left > 0; left = leftNow()) {
    if (performance.now() - since > count * 20) throw new Error(`${left} were not renewed`)
    await Bun.sleep(lookEveryMs)
  }
  look.close()
  return (count * 1_000) / (performance.now() - startedAt)
}

/** People who look at their wallets at a steady pace, until something is done. */
async function readWhile(port: number, tokens: string[], until: Promise<unknown>): Promise<{ p99: number }> {
  const took: number[] = []
  const open: Promise<void>[] = []
  let done = false
  const end = until.finally(() => {
    done = true
  })
  for (let index = 0; !done; index++) {
    open.push(readOnce(port, tokens[index % tokens.length]!, took))
    await Bun.sleep(1_000 / readsASecond)
  }
  await Promise.all(open)
  await end
  const sorted = took.toSorted((a, b) => a - b)
  return { p99: sorted[Math.floor(sorted.length * 0.99)]! }
}

async function readOnce(port: number, token: string, took: number[]): Promise<void> {
  const startedAt = performance.now()
  const answer = await fetch(`http://127.0.0.1:${port}/api/wallet`, { headers: { authorization: `Bearer ${token}` } })
  await answer.arrayBuffer()
  if (answer.status !== 200) throw new Error(`GET /api/wallet: ${answer.status}`)
  took.push(performance.now() - startedAt)
}
