import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { classFor, readAllFacts } from './facts'
import { CapacityView } from './schema'

export const capacityRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/capacity', tags: ['Cluster'] })
    .use(accessControl(parts.authenticate))
    .get('/', async () => ok(await getCapacity(parts)), {
      access: 'admin',
      response: { 200: Answer(CapacityView), ...guarded() },
      detail: {
        operationId: 'admin_capacity',
        summary: 'What the cluster can hold: nodes and storage classes as last seen',
        description:
          'Kept in the database, so that plans are judged by it while the cluster is away. A plan that no node or storage class could ever hold carries an `obstacle` in the catalog and can’t be bought.',
      },
    })

async function getCapacity({ db, platform, reconciler }: Pick<Parts, 'db' | 'platform' | 'reconciler'>) {
  const facts = await readAllFacts(db.read)
  const { nodes = [], largest = [], storageClasses = [] } = facts ?? {}
  return {
    changedAt: facts?.changedAt.toISOString() ?? null,
    connected: reconciler.connected,
    storageClass: platform.storageClass ?? classFor(storageClasses, undefined)?.name ?? null,
    largest,
    nodes,
    storageClasses,
  }
}
