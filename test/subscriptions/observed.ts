import { eq } from 'drizzle-orm'
import { createInstanceSource } from '../../src/features/instances'
import { instances } from '../../src/features/instances/tables'
import type { Observation } from '../../src/reconcile'
import type { TestSystem } from '../support/system'

type Of = { system: TestSystem }

export async function instanceRowOf({ system }: Of, subscriptionId: string) {
  const where = eq(instances.subscriptionId, subscriptionId)
  return (await system.parts.db.read.select().from(instances).where(where).get())!
}

/** Writes down what the cluster would show of an app, by the reconciler's own door. */
export async function see(shop: Of, subscriptionId: string, seen: Partial<Observation>): Promise<void> {
  const { id, generation, deployment } = await instanceRowOf(shop, subscriptionId)
  const { parts } = shop.system
  await createInstanceSource(parts).save(id, generation, {
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
