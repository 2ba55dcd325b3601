import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startBareShop } from './bare-shop'
import { startCluster } from './cluster'
import { figuresOf, type Line } from './figures'
import { type LoadResult, runLoadElsewhere } from './load'
import { prepareBusiness } from './prepare'
import { recordIn } from './record'
import { assertAll, post } from './requests'
import type { Run } from './run'
import { startServer } from './server'

const firstSubscriptions = 500
const leastShare = 0.6
const mostTimes = 3

/**
 * Each round on a copy of the same folder: new customers, a fresh process, the apps of the round provisioned meanwhile by a cluster in a
 * process of its own, as a real one is. In turn with a bare
 * shop, which runs the statements of the same sales and nothing else.
 */
export async function benchSubscriptions({ command, folder, rounds, connections, quick, tell }: Run): Promise<Line[]> {
  const subscriptions = quick ? 1_000 : 3_000
  const prepared = join(folder, 'prepared')
  const { planId, tokens } = await prepareBusiness(prepared, 'n8n', firstSubscriptions + subscriptions)
  const requests = tokens.map((token) => post('/api/subscriptions', token, { planId }))
  tell('  recording the sales …')
  const recorded = join(folder, 'recorded')
  const [statements, answer] = [join(folder, 'sales.json'), join(folder, 'answer.json')]
  cpSync(prepared, recorded, { recursive: true })
  await recordIn(recorded, statements, { what: 'sales', tokens, planId })
  rmSync(recorded, { recursive: true, force: true })
  const load = async (port: number): Promise<LoadResult> => {
    const order = { host: '127.0.0.1', port, connections }
    assertAll(201, await runLoadElsewhere({ ...order, requests: requests.slice(0, firstSubscriptions) }))
    return assertAll(201, await runLoadElsewhere({ ...order, requests: requests.slice(firstSubscriptions) }))
  }
  const cluster = await startCluster(join(folder, 'kubeconfig'))
  const [ours, bare]: LoadResult[][] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const dataDir = join(folder, `round-${round}`)
    cpSync(prepared, dataDir, { recursive: true })
    const server = await startServer(command, dataDir, { KUBECONFIG: cluster.kubeconfig })
    ours!.push(await load(server.port))
    if (round === 0) writeFileSync(answer, await answerOf(server.port, tokens[0]!))
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
    cpSync(prepared, dataDir, { recursive: true })
    const shop = await startBareShop({ database: join(dataDir, 'minispod.db'), statements }, answer)
    bare!.push(await load(shop.port))
    await shop.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  await cluster.stop()
  return [rateLine(ours!, bare!), ...latencyLines(ours!, bare!)]
}

/** As long an answer as a sale has. */
async function answerOf(port: number, token: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/subscriptions`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { data } = (await answer.json()) as { data: unknown[] }
  return JSON.stringify({ success: true, data: data[0] })
}

const name = 'bare shop'

function rateLine(ours: LoadResult[], bare: LoadResult[]): Line {
  const [figures, theirs] = [ours, bare].map((all) => figuresOf(all.map(({ perSecond }) => perSecond)))
  const target = { text: `≥ ${leastShare} ×`, reached: figures!.median >= leastShare * theirs!.median }
  return {
    name: 'POST /api/subscriptions, durable',
    figures: figures!,
    unit: '/s',
    baseline: { name, figures: theirs! },
    target,
  }
}

function latencyLines(ours: LoadResult[], bare: LoadResult[]): Line[] {
  return (['p50', 'p99'] as const).map((which) => {
    const [figures, theirs] = [ours, bare].map((all) => figuresOf(all.map(({ latencyMs }) => latencyMs[which])))
    const line = {
      name: `POST /api/subscriptions, ${which}`,
      figures: figures!,
      unit: 'ms',
      baseline: { name, figures: theirs! },
    }
    if (which === 'p50') return line
    return { ...line, target: { text: `< ${mostTimes} ×`, reached: figures!.median < mostTimes * theirs!.median } }
  })
}
