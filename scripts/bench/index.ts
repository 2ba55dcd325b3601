// bun run bench [-- --quick]: the server over HTTP from another process, beside baselines taken in the same run.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBinary, nativeTarget } from '../build'
import { benchDatabase } from './database'
import { figuresOf, type Line, printTable } from './figures'
import { type LoadResult, runLoadElsewhere } from './load'
import { benchLoginFlood } from './login-flood'
import { prepareBusiness } from './prepare'
import { startRawServer } from './raw-server'
import { sourceCommand, startServer } from './server'

const quick = process.argv.includes('--quick')
const rounds = quick ? 3 : 7
const roundMs = quick ? 1_000 : 3_000
const warmupMs = quick ? 500 : 1_000
const connections = 32
const subscriptions = quick ? 1_000 : 3_000
const firstSubscriptions = 500
const starts = quick ? 3 : 9
const idleMs = 10_000
const service = 'n8n'
const detail = `/api/catalog/services/${service}`

const folder = mkdtempSync(join(tmpdir(), 'minispod-bench-'))
const binary = join(folder, 'minispod')
const lines: Line[] = []
const told = (text: string) => console.error(text)

try {
  await buildBinary({ target: nativeTarget(), outfile: binary })
  told('catalog …')
  await benchCatalog()
  told('subscriptions …')
  await benchSubscriptions()
  told('flood of sign-ins …')
  lines.push(...(await benchLoginFlood([binary], folder, quick ? 1 : 3)))
  told('memory and starts …')
  await benchStarts()
  told('database …')
  for (const row of await benchDatabase()) {
    const [ours, stock] = [row.oursSpread, row.stockSpread]
    lines.push({
      name: row.name,
      figures: { median: row.ours, min: ours[0], max: ours[1] },
      unit: '/s',
      baseline: { name: 'stock client', figures: { median: row.stock, min: stock[0], max: stock[1] } },
      target: row.target ? { text: `≥ ${row.target} ×`, reached: row.ratio >= row.target } : undefined,
    })
  }
  console.log(
    `${rounds} rounds, ${connections} connections, ${cpus().length} × ${cpus()[0]?.model}, Bun ${Bun.version}\n`,
  )
  console.log(printTable(lines))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The binary and raw Bun.serve with the same bytes and headers take turns. */
async function benchCatalog(): Promise<void> {
  const server = await startServer([binary], join(folder, 'catalog'))
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
  lines.push({
    name: 'catalog detail',
    figures: rate,
    unit: '/s',
    baseline: { name: 'raw Bun.serve', figures: rawRate },
    target: { text: '≥ 0.5 ×', reached: ratio >= 0.5 },
  })
  const p99 = figuresOf(ours.map(({ latencyMs }) => latencyMs.p99))
  lines.push({ name: 'catalog detail, p99', figures: p99, unit: 'ms', target: below(p99.median, 200, 'ms') })
}

/** Each round on a copy of the same folder: new customers, a fresh process, the apps of the round provisioned meanwhile. */
async function benchSubscriptions(): Promise<void> {
  const prepared = join(folder, 'prepared')
  const { planId, tokens } = await prepareBusiness(prepared, service, firstSubscriptions + subscriptions)
  const requests = tokens.map((token) => post('/api/subscriptions', token, JSON.stringify({ planId })))
  const results: LoadResult[] = []
  for (let round = 0; round < rounds; round++) {
    const dataDir = join(folder, `round-${round}`)
    cpSync(prepared, dataDir, { recursive: true })
    const server = await startServer([binary], dataDir)
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
  lines.push({ name: 'POST /api/subscriptions, durable', figures: rate, unit: '/s', target })
  lines.push({ name: 'POST /api/subscriptions, p50', figures: p50, unit: 'ms' })
  lines.push({ name: 'POST /api/subscriptions, p99', figures: p99, unit: 'ms', target: below(p99.median, 200, 'ms') })
}

/** Source and binary take turns, on a new folder and on one that was served before. */
async function benchStarts(): Promise<void> {
  const commands: [string, string[]][] = [
    ['binary', [binary]],
    ['source', sourceCommand],
  ]
  const first = new Map<string, number[]>(commands.map(([name]) => [name, []]))
  const later = new Map<string, number[]>(commands.map(([name]) => [name, []]))
  const resident = new Map<string, number[]>(commands.map(([name]) => [name, []]))
  for (let start = 0; start < starts; start++) {
    for (const [name, command] of commands) {
      const dataDir = join(folder, `start-${start}-${name}`)
      const fresh = await startServer(command, dataDir)
      first.get(name)!.push(fresh.readyMs)
      await fresh.stop()
      const again = await startServer(command, dataDir)
      later.get(name)!.push(again.readyMs)
      if (start < (quick ? 1 : 3)) {
        await Bun.sleep(idleMs)
        resident.get(name)!.push(again.residentMb())
      }
      await again.stop()
    }
  }
  for (const [name] of commands) {
    const [ready, firstReady, memory] = [later, first, resident].map((values) => figuresOf(values.get(name)!))
    lines.push({
      name: `ready to serve, ${name}`,
      figures: ready!,
      unit: 'ms',
      target: below(ready!.median, 500, 'ms'),
    })
    lines.push({ name: `first start on an empty folder, ${name}`, figures: firstReady!, unit: 'ms' })
    lines.push({
      name: `resident after ${idleMs / 1000} s idle, ${name}`,
      figures: memory!,
      unit: 'MiB',
      target: below(memory!.median, 120, 'MiB'),
    })
  }
}

function assertAll(status: number, result: LoadResult): LoadResult {
  if (result.broken > 0 || Object.keys(result.statuses).join() !== String(status)) {
    throw new Error(`not every answer was ${status}: ${JSON.stringify(result)}`)
  }
  return result
}

function below(value: number, limit: number, unit: string): Line['target'] {
  return { text: `< ${limit} ${unit}`, reached: value < limit }
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`
}

function post(path: string, token: string, body: string): string {
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
