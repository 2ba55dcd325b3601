import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { isKubeError, type Kube } from '../kube'
import type { Clock } from '../lib/clock'
import type { Logger } from '../lib/log'
import { AppliedObjects } from './applied-objects'
import { ClusterView } from './cluster-view'
import { converge } from './converge'
import type { InstanceSource } from './desired-instance'
import { KeyQueue } from './key-queue'
import type { PlatformSpec } from './manifests'

const concurrency = 32
/** A call to a cluster that just went away may take longer; it is left behind then. */
const longestStopMs = 5_000

export interface Reconciler {
  /** Something about this instance may have changed; cheap, and harmless if nothing has. */
  wake(instanceId: string): void
  /** Wakes every instance: what was missed is found again. */
  resync(): Promise<void>
  readonly connected: boolean
  start(source: InstanceSource): void
  /** Ends when what is under way is done. */
  stop(): Promise<void>
}

interface Options {
  kube: Kube
  platform: PlatformSpec
  clock: Clock
  log: Logger
  registry: Registry
  pace: () => Promise<void>
}

/**
 * Level-triggered: events carry keys only. For each key the desired state is read anew, compared with what stands in the
 * cluster, brought nearer, and what is seen is written down. Killed at any point, the next run goes on from there.
 */
export function createReconciler(options: Options): Reconciler {
  const { kube, platform, clock, log, registry } = options
  const figures = createFigures(registry, () => queue.depth)
  /** Where the wishes are; none until it is started, none any more once it stops. */
  let source: InstanceSource | undefined
  const stopping = Promise.withResolvers<void>()

  const view = lazily(() => {
    return new ClusterView(kube, {
      onInstance: (id) => queue.add(id),
      onTenant: (customerId) => {
        wakeAll(customerId).catch((fault) => log.warn({ customerId, err: fault }, 'a tenant’s apps were not woken'))
      },
      onDeleted: (kind, ref) => applied().forget(kind, ref),
      onConnected: (connected) => {
        if (!source) return
        log[connected ? 'info' : 'warn']({ connected }, connected ? 'cluster connected' : 'cluster connection lost')
        if (connected) queue.retryFailed()
      },
    })
  })
  // A cluster that is away never lets the view be synced: the end must not wait for that.
  const syncedOrStopping = lazily(() => Promise.race([view().synced(), stopping.promise]))
  const applied = lazily(() => new AppliedObjects(kube, view()))

  const queue = new KeyQueue(
    async (id) => {
      await syncedOrStopping()
      if (!source) return
      const begun = performance.now()
      try {
        const again = await converge({ kube, view: view(), applied: applied(), source, platform, clock, log }, id)
        if (again !== undefined) queue.addAfter(id, again)
        figures.done.inc({ outcome: 'ok' })
      } catch (fault) {
        figures.done.inc({ outcome: 'failed' })
        const kind = isKubeError(fault) ? fault.kind : 'unexpected'
        log[kind === 'unexpected' ? 'error' : 'warn'](
          { instanceId: id, kind, err: fault },
          'reconcile failed, will be tried again',
        )
        throw fault
      } finally {
        figures.seconds.observe((performance.now() - begun) / 1000)
      }
    },
    { concurrency, pace: options.pace },
  )

  async function wakeAll(customerId?: string): Promise<void> {
    for (const id of (await source?.listIds(customerId)) ?? []) queue.add(id)
  }

  return {
    wake: (id) => {
      if (source) queue.add(id)
    },
    resync: () => wakeAll(),
    get connected() {
      return source !== undefined && view().connected
    },
    start: (wishes) => {
      source = wishes
      view()
      void wakeAll().catch((fault) => log.error({ err: fault }, 'first resync failed'))
    },
    stop: async () => {
      const wasStarted = source !== undefined
      source = undefined
      stopping.resolve()
      const ended = queue.stop().then(() => true)
      if (!(await Promise.race([ended, Bun.sleep(longestStopMs).then(() => false)]))) {
        log.warn({ instances: queue.depth }, 'stopped before every reconciliation had ended')
      }
      if (wasStarted) view().stop()
    },
  }
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

function createFigures(registry: Registry, depth: () => number) {
  new Gauge({
    name: 'minispod_reconcile_queue_depth',
    help: 'Instances waiting for or under reconciliation',
    registers: [registry],
    collect() {
      this.set(depth())
    },
  })
  return {
    done: new Counter({
      name: 'minispod_reconcile_total',
      help: 'Reconciliations by outcome',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    seconds: new Histogram({
      name: 'minispod_reconcile_duration_seconds',
      help: 'Time of one reconciliation',
      buckets: [0.005, 0.025, 0.1, 0.5, 1, 5, 30],
      registers: [registry],
    }),
  }
}
