import { join } from 'node:path'
import { below, figuresOf, type Line } from './figures'
import { type LoadResult, runLoadElsewhere } from './load'
import { get } from './requests'
import { startServer } from './server'

const catalogConnections = 8
export const floodMs = 3_000
const warmupMs = 300

export interface Flood {
  /** What pours in, in the plural. */
  name: string
  /** So long may the slowest hundredth of catalog calls take meanwhile; without limits only if it is said. */
  longestMs: { on: number; off?: number }
  rounds: number
  pour(port: number): Promise<LoadResult>
}

/** The catalog alone, then beside the flood, in turns: with the rate limits as they are, which refuse nearly all of it, and without. */
export async function besideCatalog(command: string[], folder: string, flood: Flood): Promise<Line[]> {
  const lines: Line[] = []
  for (const limits of ['on', 'off'] as const) {
    const quiet: number[] = []
    const flooded: number[] = []
    const answered: number[] = []
    const server = await startServer(command, join(folder, `${flood.name}-${limits}`), { RATE_LIMITS: limits })
    try {
      for (let round = 0; round < flood.rounds; round++) {
        quiet.push(p99Of(await loadCatalog(server.port)))
        const [catalog, { perSecond }] = await Promise.all([loadCatalog(server.port), flood.pour(server.port)])
        flooded.push(p99Of(catalog))
        answered.push(perSecond)
      }
    } finally {
      await server.stop()
    }
    const figures = figuresOf(flooded)
    const longest = flood.longestMs[limits]
    lines.push({
      name: `catalog p99 in a flood of ${flood.name}, limits ${limits}`,
      figures,
      unit: 'ms',
      baseline: { name: 'without', figures: figuresOf(quiet) },
      target: longest === undefined ? undefined : below(figures.median, longest, 'ms'),
    })
    lines.push({ name: `${flood.name} answered meanwhile, limits ${limits}`, figures: figuresOf(answered), unit: '/s' })
  }
  return lines
}

const loadCatalog = (port: number): Promise<LoadResult> =>
  runLoadElsewhere({
    host: '127.0.0.1',
    port,
    connections: catalogConnections,
    durationMs: floodMs - warmupMs,
    warmupMs,
    requests: [get('/api/catalog/services/n8n')],
  })

function p99Of({ statuses, broken, latencyMs }: LoadResult): number {
  if (broken > 0 || Object.keys(statuses).join() !== '200')
    throw new Error(`the catalog answered ${JSON.stringify(statuses)}`)
  return latencyMs.p99
}
