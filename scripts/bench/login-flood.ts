// The catalog alone, then while sign-ins with wrong passwords pour in from other connections of another process. By itself:
// bun scripts/bench/login-flood.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figuresOf, type Line, printTable } from './figures'
import { type LoadResult, runLoadElsewhere } from './load'
import { sourceCommand, startServer } from './server'

const catalogConnections = 8
const floodConnections = 32
const floodMs = 3_000
const warmupMs = 300
/** A catalog call meets at most the answers of the flood that stand before it. */
const longestMs = 200

/** With the limits as they are, where nearly all of the flood is refused, and without, where passwords are hashed without end. */
export async function benchLoginFlood(command: string[], folder: string, rounds: number): Promise<Line[]> {
  const lines: Line[] = []
  for (const limits of ['on', 'off']) {
    const quiet: number[] = []
    const flooded: number[] = []
    const tried: number[] = []
    const server = await startServer(command, join(folder, `flood-${limits}`), { RATE_LIMITS: limits })
    try {
      for (let round = 0; round < rounds; round++) {
        quiet.push(p99Of(await loadCatalog(server.port)))
        const [catalog, flood] = await Promise.all([loadCatalog(server.port), loadLogins(server.port)])
        flooded.push(p99Of(catalog))
        tried.push(flood.perSecond)
      }
    } finally {
      await server.stop()
    }
    const figures = figuresOf(flooded)
    lines.push({
      name: `catalog p99 in a flood of sign-ins, limits ${limits}`,
      figures,
      unit: 'ms',
      baseline: { name: 'without', figures: figuresOf(quiet) },
      target: { text: `< ${longestMs} ms`, reached: figures.median < longestMs },
    })
    lines.push({ name: `sign-ins answered meanwhile, limits ${limits}`, figures: figuresOf(tried), unit: '/s' })
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
    requests: ['GET /api/catalog/services/n8n HTTP/1.1\r\nhost: localhost\r\n\r\n'],
  })

const loadLogins = (port: number): Promise<LoadResult> =>
  runLoadElsewhere({ host: '127.0.0.1', port, connections: floodConnections, durationMs: floodMs, requests: [login()] })

function p99Of({ statuses, broken, latencyMs }: LoadResult): number {
  if (broken > 0 || Object.keys(statuses).join() !== '200')
    throw new Error(`the catalog answered ${JSON.stringify(statuses)}`)
  return latencyMs.p99
}

function login(): string {
  const body = JSON.stringify({ email: 'nobody@example.com', password: 'a wrong password' })
  const head = ['POST /api/auth/login HTTP/1.1', 'host: localhost', 'content-type: application/json']
  return `${head.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'minispod-bench-'))
  try {
    console.log(printTable(await benchLoginFlood(sourceCommand, folder, 1)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
