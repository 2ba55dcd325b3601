import { join } from 'node:path'
import { type Figures, figuresOf, type Line } from './figures'
import { type PocketBase, startPocketBase } from './pocketbase'
import { startRawServer } from './raw-server'
import { cpuMicrosOf, loadRead } from './read-load'
import { type ReadsHouse, writeReadsHouse } from './reads-house'
import { findReadRoutes, headersFor, type ReadRoute } from './reads-routes'
import type { Run } from './run'
import { type BenchServer, startServer } from './server'

const leastOfRaw = 0.7
const leastOfPocketBase = 3
const runsWithinMs = 60_000
const oneByOne = 50

/** Why a route is not held to the target. A route that is new has no word here: it is. */
const excused: Record<string, string> = {
  instances_logs: 'asks the cluster',
  instances_metrics: 'asks the cluster',
  subscriptions_metrics: 'asks the cluster',
  subscriptions_upgrade_options: 'asks the cluster',
  instances_log_stream: 'a stream, opened one after another',
  wallet_transactions_export: 'a whole statement as a file and a line in the audit log, one after another',
}

/** Called under their version as well, to see what that costs: one whose answer is kept, and one whose is not. */
const versionedToo = ['catalog_service', 'auth_me']

const underVersion = (route: ReadRoute): ReadRoute => ({
  ...route,
  pattern: `/v1${route.pattern}`,
  path: route.path?.replace('/api/', '/api/v1/'),
})

interface Beside {
  server: BenchServer
  house: ReadsHouse
  pocketBase: PocketBase | undefined
  run: Run
}

/** Every GET of the document over a filled file, each beside raw Bun.serve with the same bytes and PocketBase's view or list. */
export async function benchReads(run: Run): Promise<Line[]> {
  const dataDir = join(run.folder, 'reads')
  const house = await writeReadsHouse(dataDir, run.quick ? 20_000 : 200_000)
  const server = await startServer(run.command, dataDir, { RATE_LIMITS: '9999' })
  let pocketBase: PocketBase | undefined
  try {
    const url = `http://127.0.0.1:${server.port}`
    const routes = await findReadRoutes(url, house, await buyThings(url, house))
    pocketBase = await startPocketBase(run.folder, run.tell)
    const lines: Line[] = []
    const versioned = routes.filter(({ operationId }) => versionedToo.includes(operationId)).map(underVersion)
    for (const route of [...routes, ...versioned].filter(({ pattern }) => pattern.includes(run.path))) {
      run.tell(`  ${route.pattern} …`)
      lines.push(...(await benchRoute({ server, house, pocketBase, run }, route)))
    }
    return lines
  } finally {
    await pocketBase?.stop()
    await server.stop()
  }
}

/** An app that runs, and an order that waits; @returns what they are called where the document has no list of them */
async function buyThings(url: string, house: ReadsHouse): Promise<Record<string, string>> {
  const headers = { ...headersFor(await house.signIn('customer')), 'content-type': 'application/json' }
  const call = async (path: string, body?: object) => {
    const method = body === undefined ? 'GET' : 'POST'
    const answer = await fetch(`${url}/api${path}`, { method, headers, body: body && JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers
    return ((await answer.json()) as { data: any }).data
  }
  const { id } = await call('/subscriptions', { planId: house.plan.id })
  const topUp = await call('/wallet/top-ups', { amount: 50_000, method: 'bca_va' })
  const [charge] = await call('/wallet/transactions?type=CHARGE&limit=1')
  const deadline = performance.now() + runsWithinMs
  while ((await call(`/subscriptions/${id}`)).status !== 'ACTIVE') {
    if (performance.now() > deadline) throw new Error('the app of the bench does not run')
    await Bun.sleep(200)
  }
  return { 'top-ups': topUp.id, transactions: charge.customId }
}

async function benchRoute({ server, house, pocketBase, run }: Beside, route: ReadRoute): Promise<Line[]> {
  const { operationId, pattern, path, caller, isList, contentType } = route
  const name = `${pattern} (${caller ?? 'public'})`
  const nothing: Figures = { median: 0, min: 0, max: 0 }
  if (path === undefined) {
    const target = { text: 'a call', reached: false }
    return [{ name, figures: nothing, unit: '/s', target, note: 'NOBODY KNOWS WHAT TO ASK FOR: reads-routes.ts' }]
  }
  const token = caller && (await house.signIn(caller))
  const headers = headersFor(token)
  const url = `http://127.0.0.1:${server.port}${path}`
  if (/event-stream|csv/.test(contentType)) {
    return [{ name, figures: figuresOf([await askOneByOne(url, headers)]), unit: '/s', note: excused[operationId] }]
  }
  const answer = await fetch(url, { headers })
  const shown = Object.fromEntries([...answer.headers].filter(([name]) => !/^(date|content-length)$/.test(name)))
  const raw = await startRawServer({ status: answer.status, headers: shown, body: await answer.text() })
  const load = (port: number, what: string, by = token) =>
    loadRead({ port, path: what, token: by, connections: run.connections, ms: run.roundMs })
  const rates: Rates = { ours: [], raw: [], pocketBase: [], cpu: [], rawCpu: [], itsCpu: [] }
  try {
    await loadRead({ port: server.port, path, token, connections: run.connections, ms: run.warmupMs })
    for (let round = 0; round < Math.min(run.rounds, 3); round++) {
      const ours = await costOf(server.pid, run, () => load(server.port, path))
      rates.ours.push(ours.rate)
      rates.cpu.push(ours.cpu)
      const bare = await costOf(raw.pid, run, () => load(raw.port, path))
      rates.raw.push(bare.rate)
      rates.rawCpu.push(bare.cpu)
      if (pocketBase) {
        const { pid, port, list, view, token } = pocketBase
        const its = await costOf(pid, run, () => load(port, isList ? list : view, token))
        rates.pocketBase.push(its.rate)
        rates.itsCpu.push(its.cpu)
      }
    }
  } finally {
    await raw.stop()
  }
  return [lineOf(name, route, rates)]
}

type Rates = Record<'ours' | 'raw' | 'pocketBase' | 'cpu' | 'rawCpu' | 'itsCpu', number[]>

/** Answers a second, and the processor's microseconds for one: a busy machine takes from the first much more than from the second. */
async function costOf(pid: number, { roundMs }: Run, load: () => Promise<number>) {
  const before = cpuMicrosOf(pid)
  const rate = await load()
  return { rate, cpu: (cpuMicrosOf(pid) - before) / (rate * (roundMs / 1000)) }
}

function lineOf(name: string, { operationId, isList }: ReadRoute, rates: Rates): Line {
  const { ours, raw, pocketBase, cpu, rawCpu, itsCpu } = rates
  const figures = figuresOf(ours)
  const micros = (of: number[]) => `${Math.round(of.length > 0 ? figuresOf(of).median : 0)} µs`
  const baseline = { name: `raw (${micros(rawCpu)})`, figures: figuresOf(raw) }
  const word = isList ? 'its list' : 'its view'
  const other =
    pocketBase.length > 0 ? { name: `${word} (${micros(itsCpu)})`, figures: figuresOf(pocketBase) } : undefined
  const unit = `/s, ${micros(cpu)}`
  const note = excused[operationId]
  if (note !== undefined) return { name, figures, unit, baseline, other, note }
  const ofRaw = figures.median / baseline.figures.median
  if (operationId === 'catalog_service') {
    const target = { text: `≥ ${leastOfRaw} × raw`, reached: ofRaw >= leastOfRaw }
    return { name, figures, unit, baseline, other, target }
  }
  if (!other) return { name, figures, unit, baseline }
  const ofOther = figures.median / other.figures.median
  const target = { text: `≥ ${leastOfPocketBase} × ${word}`, reached: ofOther >= leastOfPocketBase }
  return { name, figures, unit, baseline, other, target }
}

/** Of what a customer may have only a few at a time. */
async function askOneByOne(url: string, headers: Record<string, string>): Promise<number> {
  const beganAt = performance.now()
  for (let asked = 0; asked < oneByOne; asked++) {
    const answer = await fetch(url, { headers })
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) await answer.body?.cancel()
    else await answer.bytes()
  }
  return oneByOne / ((performance.now() - beganAt) / 1000)
}
