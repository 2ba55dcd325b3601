import { eq } from 'drizzle-orm'
import { observers } from '../../src/boot/observers'
import { createInstanceSource } from '../../src/features/instances'
import { instances } from '../../src/features/instances/tables'
import type { Observation } from '../../src/reconcile'
import type { TestSystem } from '../support/system'

type Of = { system: TestSystem }

export async function instanceRowOf({ system }: Of, subscriptionId: string) {
  const where = eq(instances.subscriptionId, subscriptionId)
  return (await system.parts.db.read.select().from(instances).where(where).get())!
}

/** The reconciler's own door to the business. */
export const sourceOf = ({ parts }: Pick<TestSystem, 'parts'>) => createInstanceSource(parts, observers(parts))

/** Writes down what the cluster would show of an app, by the reconciler's own door. */
export async function see(shop: Of, subscriptionId: string, seen: Partial<Observation>): Promise<void> {
  const { id, generation, deployment } = await instanceRowOf(shop, subscriptionId)
  await sourceOf(shop.system).save(id, generation, {
    status: 'RUNNING',
    reasonCode: null,
    statusReason: null,
    podName: null,
    restarts: 0,
    troubleSince: null,
    observedGeneration: generation,
    cleanedDeployment: deployment,
    ...seen,
  })
}
