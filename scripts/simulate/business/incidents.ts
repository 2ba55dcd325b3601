import { day, hour, minute } from '../model/calendar'
import type { Simulation } from '../simulation'

const nodes = [1, 2, 3, 4].map((number) => `node-${number}`)

/** What goes wrong on a day. */
export function planIncidents(simulation: Simulation): void {
  const { random } = simulation
  const some = (share: number, run: () => Promise<void>) => {
    if (random.chance(share)) simulation.after(random.between(1, day), run)
  }
  some(0.08, () => restart(simulation, random.between(5, 90) * 1_000))
  some(0.14, () => planKill(simulation))
  some(0.03, () => restart(simulation, random.between(15, 30 * 60) * minute))
  some(0.004, () => restart(simulation, random.between(2, 6) * day))
  some(0.0015, () => restart(simulation, random.between(8, 20) * day))
  some(0.03, () => away(simulation, 'cluster', random.between(10, 480) * minute))
  some(0.03, () => away(simulation, 'gateway', random.between(5, 180) * minute))
  some(0.006, () => emptyCluster(simulation))
  some(0.04, () => fillCluster(simulation, random.between(20, 240) * minute))
  some(0.3, () => crashSomething(simulation, random.between(1, 20) * hour))
  some(0.03, () => mailTrouble(simulation, 'refusing', random.between(5, 90) * minute))
  some(0.03, () => mailTrouble(simulation, 'losing-answers', random.between(5, 30) * minute))
  some(0.02, () =>
    wrongClock(simulation, random.between(1, 25) * minute * random.pick([-1, 1]), random.between(1, 12) * hour),
  )
  some(0.1, () => simulation.money.repeatAnOldOne())
}

/** The process is killed while nothing is under way, and comes back after a while. */
async function restart(simulation: Simulation, downMs: number): Promise<void> {
  if (!simulation.isUp) return
  simulation.report.count(downMs < 10 * minute ? 'incident restarts' : 'incident absences')
  await simulation.markSeen()
  await simulation.recovery.goDown()
  simulation.after(downMs, async () => {
    if (!simulation.isUp) await simulation.recovery.boot({})
  })
}

/** It is killed in the middle of what it does, before or after one of its next commits. */
async function planKill(simulation: Simulation): Promise<void> {
  if (!simulation.isUp) return
  const { random } = simulation
  simulation.report.count('incident kills at a commit')
  await simulation.markSeen()
  simulation.world.house?.planKill({ atCommit: random.between(0, 12), after: random.chance(0.5) })
}

async function away(simulation: Simulation, place: 'cluster' | 'gateway', ms: number): Promise<void> {
  const { world, report } = simulation
  if (world.network.isDown(place)) return
  report.count(place === 'cluster' ? 'incident API server away' : 'incident payment provider away')
  world.network.cut(place)
  simulation.after(ms, async () => {
    world.network.mend(place)
    simulation.awayAt = simulation.wall
  })
}

async function emptyCluster({ world, report }: Simulation): Promise<void> {
  report.count('incident cluster emptied')
  world.cluster.reset()
}

/** No node takes a new pod for a while. */
async function fillCluster(simulation: Simulation, ms: number): Promise<void> {
  simulation.report.count('incident no room in the cluster')
  await taint(simulation, [{ key: 'simulated', effect: 'NoSchedule' }])
  simulation.after(ms, () => taint(simulation, []))
}

async function taint({ world, runtime }: Simulation, taints: object[]): Promise<void> {
  for (const node of nodes)
    await runtime.until(world.askCluster('PATCH', `/api/v1/nodes/${node}`, { spec: { taints } }))
}

/** One app crashes again and again, until somebody starts its pod anew. */
async function crashSomething(simulation: Simulation, ms: number): Promise<void> {
  const { world, runtime, random, report } = simulation
  const { items } = await runtime.until(world.askCluster('GET', '/api/v1/pods'))
  const running = (items as Pod[]).filter(({ status }) => status?.phase === 'Running')
  if (running.length === 0) return
  const { name, namespace } = random.pick(running.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))).metadata
  report.count('incident apps that crash')
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  await runtime.until(world.askCluster('PATCH', path, { metadata: { labels: { behaviour: 'crash-loop' } } }))
  world.crashing.add(name)
  simulation.after(ms, async () => {
    world.crashing.delete(name)
    await runtime.until(world.askCluster('DELETE', path)).catch(() => {})
  })
}

interface Pod {
  metadata: { name: string; namespace: string }
  status?: { phase?: string }
}

async function mailTrouble(simulation: Simulation, state: 'refusing' | 'losing-answers', ms: number): Promise<void> {
  const { world, report } = simulation
  report.count(state === 'refusing' ? 'incident mail provider away' : 'incident mail provider loses answers')
  world.postman.state = state
  simulation.after(ms, async () => {
    world.postman.state = 'working'
  })
}

/** The clock of the machine is set wrong, and put right later. */
async function wrongClock(simulation: Simulation, skewMs: number, ms: number): Promise<void> {
  const { runtime, report } = simulation
  if (runtime.skewMs !== 0) return
  report.count(skewMs < 0 ? 'incident clock set back' : 'incident clock set forward')
  runtime.skewMs = skewMs
  simulation.after(ms, async () => {
    runtime.skewMs = 0
  })
}
