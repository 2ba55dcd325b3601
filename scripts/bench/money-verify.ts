import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { below, figuresOf, type Line } from './figures'
import type { Run } from './run'

const longestSeconds = 10
const bookTables = ['ledger_entries', 'transactions', 'charges', 'top_ups', 'subscriptions', 'audit_entries']

interface Wanted extends Pick<Run, 'command'> {
  dataDir: string
  transactions: number
  rounds: number
}

/** As an operator runs it; it must find nothing. Beside it SQLite alone, which walks every page of the same tables once. */
export async function benchVerify({ command, dataDir, transactions, rounds }: Wanted): Promise<Line[]> {
  const ours: number[] = []
  const alone: number[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(await secondsOf(() => verify(command, dataDir)))
    alone.push(await secondsOf(async () => readAll(dataDir)))
  }
  const figures = figuresOf(ours)
  return [
    {
      name: `verify, ${new Intl.NumberFormat('en').format(transactions)} transactions`,
      figures,
      unit: 's',
      baseline: { name: 'SQLite walks the tables', figures: figuresOf(alone) },
      target: below(figures.median, longestSeconds, 's'),
    },
  ]
}

async function verify(command: string[], dataDir: string): Promise<void> {
  const child = Bun.spawn([...command, 'verify'], {
    env: { PATH: process.env.PATH ?? '', DATA_DIR: dataDir },
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const said = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error(`the books are not right: ${said}`)
}

function readAll(dataDir: string): void {
  const file = new FileConnection(join(dataDir, 'minispod.db'))
  for (const table of bookTables) file.all(`SELECT count(*) FROM ${table} NOT INDEXED`)
  file.close()
}

async function secondsOf(act: () => Promise<void>): Promise<number> {
  const begin = performance.now()
  await act()
  return (performance.now() - begin) / 1000
}
