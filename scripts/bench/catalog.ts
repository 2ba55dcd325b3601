import { join } from 'node:path'
import { answerOf, takeTurns } from './beside-raw'
import { below, figuresOf, type Line } from './figures'
import { startRawServer } from './raw-server'
import { get } from './requests'
import type { Run } from './run'
import { startServer } from './server'

const detail = '/api/catalog/services/n8n'

/** The binary and raw Bun.serve with the same bytes and headers take turns. */
export async function benchCatalog(run: Run): Promise<Line[]> {
  const server = await startServer(run.command, join(run.folder, 'catalog'))
  const raw = await startRawServer(await answerOf(server.port, detail))
  const { ours, theirs } = await takeTurns(run, { ours: server.port, theirs: raw.port }, [get(detail)])
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
