import type { Clock } from '../../lib/clock'
import { Addresses } from './addresses'
import { secondsOf } from './naming'
import { Store } from './store'
import { Timers } from './timers'
import type { ClusterTiming } from './timing'
import { type Report, WorkQueue } from './work-queue'

export interface NodeShape {
  name: string
  controlPlane?: boolean
  cpu: string
  memory: string
  pods: number
}

/** What every part of the simulated control plane works on. */
export class ControlPlane {
  readonly store = new Store()
  readonly addresses = new Addresses()
  readonly timers = new Timers()
  readonly queue: WorkQueue

  constructor(
    readonly clock: Clock,
    readonly timing: ClusterTiming,
    report: Report,
  ) {
    this.queue = new WorkQueue(this.timers, report)
  }

  /** The present second, as objects carry it. */
  timestamp(): string {
    return secondsOf(this.clock.now())
  }

  clear(): void {
    this.timers.clear()
    this.queue.clear()
    this.store.clear()
    this.addresses.clear()
  }
}
