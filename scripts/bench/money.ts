import { join } from 'node:path'
import { startBareLedger } from './bare-ledger'
import type { Line } from './figures'
import { startGateway } from './gateway'
import { writeMoneyBook } from './money-book'
import { benchBuying, benchCharges } from './money-charges'
import { benchStatement } from './money-statement'
import { benchTopUps } from './money-top-ups'
import { benchVerify } from './money-verify'
import type { Run } from './run'
import { startServer } from './server'

const grouped = new Intl.NumberFormat('en')

/** What moves or shows money, with the entries of years in the file; at its end `verify` finds every one of them right. */
export async function benchMoney(run: Run): Promise<Line[]> {
  const size = run.quick
    ? { transactions: 100_000, rounds: 2, charges: 1_500, purchases: 400, topUps: 300 }
    : { transactions: 1_000_000, rounds: 3, charges: 5_000, purchases: 1_000, topUps: 1_000 }
  const { rounds, transactions } = size
  const dataDir = join(run.folder, 'money')
  run.tell(`  a book of ${grouped.format(transactions)} transactions …`)
  const book = await writeMoneyBook(dataDir, {
    transactions,
    // One round more than is counted, to warm up.
    payers: (rounds + 1) * size.charges,
    buyers: (rounds + 1) * size.purchases,
  })
  const lines: Line[] = []
  const step = async (name: string, bench: () => Promise<Line[]>) => {
    run.tell(`  ${name} …`)
    lines.push(...(await bench()))
  }
  const started: { stop(): Promise<void> }[] = []
  const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
    started.unshift(part)
    return part
  }
  try {
    const gateway = keep(await startGateway())
    // Counted as ever, but one machine asks for all of them.
    const environment = { ...gateway.environment, RATE_LIMITS: '9999' }
    const { port } = keep(await startServer(run.command, dataDir, environment))
    const bare = keep(await startBareLedger(run.folder))
    await step('charges', () => benchCharges({ port, barePort: bare.port, rounds, each: size.charges, book }))
    await step('statement', () => benchStatement({ ...run, port, rounds, book }))
    await step('top-ups', () => benchTopUps({ port, rounds, each: size.topUps, gateway, dataDir, book }))
    // Last, because the cluster goes on with the apps that were bought.
    await step('purchases', () => benchBuying({ port, rounds, each: size.purchases, book }))
  } finally {
    for (const part of started) await part.stop()
  }
  await step('verify', () => benchVerify({ ...run, dataDir, transactions, rounds }))
  return lines
}
