// Records the statements of sales or renewals: bun scripts/bench/record.ts sales|renewals DATA_DIR OUTPUT COUNT < JSON. In a process of
// its own, on a copy of the data: what is recorded is done there.
import { Registry } from 'prom-client'
import { parseConfig } from '../../src/config'
import { databaseUrlOf } from '../../src/config/database-url'
import { loadSecrets } from '../../src/data-dir/secrets'
import { openDatabase } from '../../src/db'
import { AccessTokens, createAuthenticate } from '../../src/features/accounts'
import { advance } from '../../src/features/subscriptions/advance'
import { subscribe } from '../../src/features/subscriptions/subscribe'
import { systemClock as clock } from '../../src/lib/clock'
import { createSealer } from '../../src/lib/seal'
import type { Parts } from '../../src/parts'
import { createQueue } from '../../src/queue'
import { type Ran, recordStatements, saveStatements } from './statements'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} }

export type Recorded = { what: 'sales'; tokens: string[]; planId: string } | { what: 'renewals'; ids: string[] }

/** @param dataDir a copy: it is changed */
export async function recordIn(dataDir: string, output: string, recorded: Recorded): Promise<void> {
  const child = Bun.spawn([process.execPath, import.meta.path, dataDir, output], {
    stdin: Buffer.from(JSON.stringify(recorded)),
    stdout: 'inherit',
    stderr: 'inherit',
  })
  if ((await child.exited) !== 0) throw new Error('the statements could not be recorded')
}

async function record(dataDir: string, recorded: Recorded): Promise<Ran[][]> {
  const config = parseConfig({ DATA_DIR: dataDir })
  const { signing, sealing } = loadSecrets(config)
  const db = await openDatabase({ url: databaseUrlOf(config) })
  const queue = createQueue({ db, clock, log: silent as never, registry: new Registry() })
  const parts = {
    ...{ db, clock, config, queue, log: silent as never },
    sealer: createSealer(sealing),
    tokens: new AccessTokens(signing, clock),
    reconciler: { wake() {} } as unknown as Parts['reconciler'],
    platform: { appsDomain: 'apps.localhost', scheme: 'http' as const, defaultLimits: config.defaultResourceLimits },
  }
  try {
    const orders: Ran[][] = []
    if (recorded.what === 'sales') {
      const authenticate = createAuthenticate(parts)
      for (const token of recorded.tokens) {
        const request = new Request('http://localhost/', { headers: { authorization: `Bearer ${token}` } })
        const buy = async () => {
          const actor = await authenticate(request)
          await db.write((tx) => subscribe(parts, tx, actor, { planId: recorded.planId }))
        }
        orders.push(await recordStatements(buy))
      }
    } else {
      for (const id of recorded.ids) {
        orders.push(await recordStatements(() => db.write((tx) => advance(parts, tx, id, []))))
      }
    }
    return orders
  } finally {
    await db.close()
  }
}

if (import.meta.main) {
  const [dataDir, output] = process.argv.slice(2) as [string, string]
  saveStatements(output, await record(dataDir, await Bun.stdin.json()))
  process.exit(0)
}
