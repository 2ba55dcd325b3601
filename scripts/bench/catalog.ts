import { join } from 'node:path'
import { below, figuresOf, type Line } from './figures'
import { type LoadResult, runLoadElsewhere } from './load'
import { startRawServer } from './raw-server'
import { assertAll, get } from './requests'
import type { Run } from './run'
import { startServer } from './server'

const detail = '/api/catalog/services/n8n'

/** The binary and raw Bun.serve with the same bytes and headers take turns. */
export async function benchCatalog({ command, folder, rounds, roundMs, warmupMs, connections }: Run): Promise<Line[]> {
  const server = await startServer(command, join(folder, 'catalog'))
  const answer = await fetch(`http://127.0.0.1:${server.port}${detail}`)
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !/^(date|content-length)$/.test(name)))
  const raw = await startRawServer({ status: answer.status, headers, body: await answer.text() })
  const load = (port: number) =>
    runLoadElsewhere({ host: '127.0.0.1', port, connections, durationMs: roundMs, warmupMs, requests: [get(detail)] })
  const ours: LoadResult[] = []
  const theirs: LoadResult[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(assertAll(200, await load(server.port)))
    theirs.push(assertAll(200, await load(raw.port)))
  }
  await raw.stop()
  await server.stop()
  const rate = figuresOf(ours.map(({ perSecond }) => perSecond))
  const rawRate = figuresOf(theirs.map(({ perSecond }) => perSecond))
  const ratio = rate.median / rawRate.median
  const p99 = figuresOf(ours.map(({ latencyMs }) => latencyMs.p99))
  return [
    {
      name: 'catalog detail',
      figures: rate,
      unit: '/s',
      baseline: { name: 'raw Bun.serve', figures: rawRate },
      target: { text: '≥ 0.7 ×', reached: ratio >= 0.7 },
    },
    { name: 'catalog detail, p99', figures: p99, unit: 'ms', target: below(p99.median, 200, 'ms') },
  ]
}
