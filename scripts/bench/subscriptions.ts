import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { below, figuresOf, type Line } from './figures'
import { type LoadResult, runLoadElsewhere } from './load'
import { prepareBusiness } from './prepare'
import { assertAll, post } from './requests'
import type { Run } from './run'
import { startServer } from './server'

const firstSubscriptions = 500

/** Each round on a copy of the same folder: new customers, a fresh process, the apps of the round provisioned meanwhile. */
export async function benchSubscriptions({ command, folder, rounds, connections, quick }: Run): Promise<Line[]> {
  const subscriptions = quick ? 1_000 : 3_000
  const prepared = join(folder, 'prepared')
  const { planId, tokens } = await prepareBusiness(prepared, 'n8n', firstSubscriptions + subscriptions)
  const requests = tokens.map((token) => post('/api/subscriptions', token, { planId }))
  const results: LoadResult[] = []
  for (let round = 0; round < rounds; round++) {
    const dataDir = join(folder, `round-${round}`)
    cpSync(prepared, dataDir, { recursive: true })
    const server = await startServer(command, dataDir)
    const order = { host: '127.0.0.1', port: server.port, connections }
    assertAll(201, await runLoadElsewhere({ ...order, requests: requests.slice(0, firstSubscriptions) }))
    results.push(assertAll(201, await runLoadElsewhere({ ...order, requests: requests.slice(firstSubscriptions) })))
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  const rate = figuresOf(results.map(({ perSecond }) => perSecond))
  const p50 = figuresOf(results.map(({ latencyMs }) => latencyMs.p50))
  const p99 = figuresOf(results.map(({ latencyMs }) => latencyMs.p99))
  const target = { text: '≥ 1,500 /s', reached: rate.median >= 1_500 }
  return [
    { name: 'POST /api/subscriptions, durable', figures: rate, unit: '/s', target },
    { name: 'POST /api/subscriptions, p50', figures: p50, unit: 'ms' },
    { name: 'POST /api/subscriptions, p99', figures: p99, unit: 'ms', target: below(p99.median, 200, 'ms') },
  ]
}
