import { sql } from 'drizzle-orm'
import { instanceLabel } from '../../../src/reconcile/manifests'
import { BrokenRule } from '../report'
import type { Simulation } from '../simulation'

interface Deployment {
  metadata: { labels?: Record<string, string> }
  spec: { replicas?: number }
  status?: { readyReplicas?: number }
}

interface App {
  id: string
  desired: string
  status: string
}

/** Every app stands in the cluster as it is wished, and nothing else of ours does. */
export async function checkCluster({ parts, world, runtime }: Simulation): Promise<void> {
  if (world.network.isDown('cluster')) return
  const { items } = await runtime.until(world.askCluster('GET', '/apis/apps/v1/deployments'))
  const standing = new Map<string, Deployment[]>()
  for (const item of items as Deployment[]) {
    const id = item.metadata.labels?.[instanceLabel]
    if (id !== undefined) standing.set(id, [...(standing.get(id) ?? []), item])
  }
  const apps = await parts.db.read.all<App>(
    sql`SELECT id, desired_state AS desired, status FROM instances WHERE status <> 'TERMINATED'`,
  )
  for (const app of apps) {
    const wrong = wrongOf(app, standing.get(app.id) ?? [])
    if (wrong) throw new BrokenRule('the cluster is as it is wished', `${app.desired} ${app.status}: ${wrong}`)
    standing.delete(app.id)
  }
  if (standing.size > 0)
    throw new BrokenRule('the cluster is as it is wished', `${standing.size} apps that nobody wishes for`)
}

function wrongOf({ desired }: App, found: Deployment[]): string | undefined {
  if (desired === 'DELETED') return found.length > 0 ? 'it still stands' : undefined
  if (found.length === 0) return 'it does not stand'
  const wanted = desired === 'RUNNING' ? 1 : 0
  const replicas = found.map(({ spec }) => spec.replicas ?? 1)
  return replicas.every((count) => count === wanted) ? undefined : `it has ${replicas.join(', ')} replicas`
}
