import type { DesiredInstance, InstanceSource, Observation } from '../../src/reconcile'
import type { InstanceSpec } from '../../src/reconcile/manifests'

/** Desired state without a business behind it; keeps observations as the database does. */
export class MemorySource implements InstanceSource {
  readonly #instances = new Map<string, DesiredInstance>()
  loads = 0
  readonly observations: Observation[] = []

  get saves(): number {
    return this.observations.length
  }

  put(spec: InstanceSpec): DesiredInstance {
    const instance: DesiredInstance = {
      spec,
      tenant: { namespace: spec.namespace, customerId: spec.customerId, plans: [spec.plan] },
      desiredState: 'RUNNING',
      deployment: 1,
      cleanedDeployment: 1,
      last: {
        status: 'PENDING',
        reasonCode: null,
        statusReason: null,
        podName: null,
        restarts: 0,
        troubleSince: null,
        everReady: false,
        observedGeneration: 0,
      },
    }
    this.#instances.set(spec.id, instance)
    return instance
  }

  get(id: string): DesiredInstance {
    return this.#instances.get(id)!
  }

  /** A new wish, as a verb writes it: with the next generation, and a status to begin with. */
  change(id: string, wish: Partial<DesiredInstance>, last: Partial<DesiredInstance['last']> = {}): void {
    const instance = this.get(id)
    const { spec = instance.spec, desiredState = instance.desiredState } = wish
    const generation = Math.max(instance.spec.generation, spec.generation) + 1
    this.#instances.set(id, {
      ...instance,
      ...wish,
      spec: { ...spec, replicas: desiredState === 'RUNNING' ? 1 : 0, generation },
      last: { ...instance.last, reasonCode: null, statusReason: null, troubleSince: null, ...last },
    })
  }

  async load(id: string): Promise<DesiredInstance | undefined> {
    this.loads++
    return this.#instances.get(id)
  }

  async listIds(customerId?: string): Promise<string[]> {
    return [...this.#instances.values()]
      .filter(({ spec, last }) => last.status !== 'TERMINATED' && (!customerId || spec.customerId === customerId))
      .map(({ spec }) => spec.id)
  }

  async save(id: string, generation: number, observation: Observation): Promise<void> {
    const { cleanedDeployment, ...seen } = observation
    const instance = this.get(id)
    if (instance.spec.generation !== generation) return
    this.observations.push(observation)
    const everReady = instance.last.everReady || seen.status === 'RUNNING'
    this.#instances.set(id, { ...instance, cleanedDeployment, last: { ...instance.last, ...seen, everReady } })
  }
}
