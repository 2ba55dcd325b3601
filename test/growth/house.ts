import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeBook } from '../../scripts/bench/million'
import { openHouse } from '../../scripts/bench/million-house'
import { openSession } from '../../src/features/accounts/sessions'
import { ManualClock } from '../../src/lib/clock'
import { type Caller, callerOf } from '../support/caller'
import { createCustomer, signInAdmin, type TestCustomer } from '../support/people'
import { startSystem, type TestSystem } from '../support/system'
import { Watch } from './watch'

const endsAtMs = Date.UTC(2026, 0, 5, 3)
const device = { address: '127.0.0.1', userAgent: 'tests' }

export interface GrownHouse {
  system: TestSystem
  clock: ManualClock
  watch: Watch
  admin: Caller
  /** As many rows of their own in a book of any size. */
  reader: TestCustomer
  /** Their own rows grow with the book. */
  heavy: Caller & { id: string }
  close(): Promise<void>
}

/** A server on a book with years of business and traffic in it, watched from its first statement on. */
export async function openGrown(transactions: number): Promise<GrownHouse> {
  const dataDir = mkdtempSync(join(tmpdir(), 'minispod-growth-'))
  const { path, seal } = openHouse(dataDir)
  const heavyIds: string[] = []
  await writeBook(path, {
    transactions,
    customers: Math.ceil(transactions / 40),
    firstCustomersShare: 0.05,
    endsAtMs,
    atRest: true,
    seal,
    transactionsPerVisit: 2,
    more: ({ userIds }) => void heavyIds.push(userIds[0]!),
  })
  const clock = new ManualClock(new Date(endsAtMs))
  const watch = new Watch()
  watch.begin()
  const system = await watch.during('boot', () => startSystem({ dataDir, clock }))
  const id = heavyIds[0]!
  const { accessToken } = await system.parts.db.write((tx) => openSession(system.parts, tx, id, device))
  const close = async () => {
    await system.close()
    watch.end()
    if (existsSync(dataDir)) rmSync(dataDir, { recursive: true, force: true })
  }
  return {
    ...{ system, clock, watch, close },
    admin: await signInAdmin(system),
    reader: await createCustomer(system, { balance: 1_000_000 }),
    heavy: { ...callerOf(system.url, { authorization: `Bearer ${accessToken}` }), id },
  }
}
