import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerOf, takeTurns } from './beside-raw'
import { figuresOf, type Line } from './figures'
import { prepareBusiness } from './prepare'
import { type RawServer, startRawServer } from './raw-server'
import { get } from './requests'
import type { Run } from './run'
import { type BenchServer, startServer } from './server'
import { writeShop } from './shop-file'

const sellers = 4
/** Of each seller: together 20 slots a second are sold and given back, more than a small shop sells in a day. */
const pauseMs = 200

interface Page {
  name: string
  paths: string[]
  target: number
}

const words = ['notes', 'not', 'search', 'catatan', 'pencarian', 'api', 'wiki', 'blog', 'tag', 'share', 'app 7', 'team']
const search = words.flatMap((q) => [
  `q=${encodeURIComponent(q)}`,
  `q=${encodeURIComponent(q)}&maxPrice=120000&sort=price`,
  `q=${encodeURIComponent(q)}&category=big-3&available=true`,
])

const pages: Page[] = [
  { name: 'catalog detail', paths: ['/api/catalog/services/n8n'], target: 0.7 },
  { name: 'categories', paths: ['/api/catalog/categories'], target: 0.5 },
  { name: 'services of a category', paths: ['/api/catalog/categories/automation/services'], target: 0.5 },
  {
    name: `search, ${search.length} questions`,
    paths: search.map((query) => `/api/catalog/search?${query}`),
    target: 0.1,
  },
]

/** A shop of 500 services with 1,500 plans beside the seed; each page and raw Bun.serve with the same bytes take turns, quiet and while slots are sold. */
export async function benchShop(run: Run): Promise<Line[]> {
  const { command, folder } = run
  const dataDir = join(folder, 'shop')
  const { planId, tokens } = await prepareBusiness(dataDir, 'memos', sellers)
  const file = join(folder, 'shop.json')
  writeFileSync(file, JSON.stringify(writeShop(500)))
  const imported = Bun.spawnSync([...command, 'catalog', 'import', file], {
    env: { ...process.env, DATA_DIR: dataDir },
  })
  if (imported.exitCode !== 0) throw new Error(`the shop was not taken: ${imported.stderr.toString()}`)
  // Four sellers do in a second what the limits allow a customer in minutes.
  const server = await startServer(command, dataDir, { RATE_LIMITS: '100', KUBECONFIG: clusterElsewhere(folder) })
  const lines: Line[] = []
  for (const page of pages) {
    const raw = await startRawServer(...(await Promise.all(page.paths.map((path) => answerOf(server.port, path)))))
    lines.push(await measure(run, server, raw, page))
    const selling = sell(server, planId, tokens)
    const line = await measure(run, server, raw, { ...page, name: `${page.name}, slots being sold` })
    const { sold, seconds } = await selling.stop()
    lines.push({ ...line, note: `${Math.round(sold / seconds)} sold and given back a second` })
    await raw.stop()
  }
  await server.stop()
  return lines
}

/** A cluster that is away: what is sold is wished for, and the embedded cluster, which would run in the server's own thread, does not. */
function clusterElsewhere(folder: string): string {
  const path = join(folder, 'kubeconfig.json')
  const named = (key: string, value: object) => [{ name: 'away', [key]: value }]
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'away' },
    contexts: named('context', { cluster: 'away', user: 'away' }),
    clusters: named('cluster', { server: 'http://127.0.0.1:9' }),
    users: named('user', { token: 'none' }),
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}

async function measure(run: Run, server: BenchServer, raw: RawServer, { name, paths, target }: Page): Promise<Line> {
  run.tell(`  ${name}`)
  const requests = paths.map((path) => get(path))
  const { ours, theirs } = await takeTurns(run, { ours: server.port, theirs: raw.port }, requests)
  const figures = figuresOf(ours.map(({ perSecond }) => perSecond))
  const rawFigures = figuresOf(theirs.map(({ perSecond }) => perSecond))
  const reached = figures.median / rawFigures.median >= target
  return {
    name,
    figures,
    unit: '/s',
    baseline: { name: 'raw Bun.serve', figures: rawFigures },
    target: { text: `≥ ${target} ×`, reached },
  }
}

/** Each seller buys, ends what was bought, and waits: a slot less, a slot more. */
function sell({ port }: BenchServer, planId: string, tokens: string[]) {
  const startedAt = performance.now()
  let sold = 0
  let selling = true
  const call = async (token: string, path: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const url = `http://127.0.0.1:${port}/api/subscriptions${path}`
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`a sale was answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as { data: { id: string } }
  }
  const buying = tokens.map(async (token) => {
    while (selling) {
      const { data } = await call(token, '', { planId })
      await call(token, `/${data.id}/cancel`, { when: 'now' })
      sold++
      await Bun.sleep(pauseMs)
    }
  })
  return {
    stop: async () => {
      selling = false
      await Promise.all(buying)
      return { sold, seconds: (performance.now() - startedAt) / 1000 }
    },
  }
}
