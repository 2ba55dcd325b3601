import type { ControlPlane } from './control-plane'
import { kindOf, type Resource } from './kinds'
import type { KubeEvent, KubeObject } from './types'

/** Events kept in the whole cluster; the oldest go first, as they would after an hour. */
const maxEvents = 10_000
const maxMessageLength = 1_024

export interface EventText {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
  component: string
}

/** Writes down what happened to objects. The same thing happening again counts up the event that is there. */
export class EventRecorder {
  #known = new Map<string, { namespace: string; name: string }>()
  #counter = 0

  constructor(private readonly plane: ControlPlane) {}

  record(resource: Resource, object: KubeObject, { type, reason, message, component }: EventText): void {
    const { store } = this.plane
    const namespace = object.metadata.namespace ?? 'default'
    if (store.find('namespaces', '', namespace)?.metadata.deletionTimestamp) return
    const text = message.slice(0, maxMessageLength)
    const key = `${object.metadata.uid} ${reason} ${text}`
    const now = this.plane.timestamp()
    const known = this.#known.get(key)
    const live = known && store.find('events', known.namespace, known.name)
    if (live) {
      store.put('events', { ...live, count: (live.count ?? 1) + 1, lastTimestamp: now })
      return
    }
    this.#known.delete(key)
    this.#known.set(key, {
      namespace,
      name: this.#add(resource, object, namespace, { type, reason, message: text, component }, now),
    })
    this.#forgetOldest()
  }

  clear(): void {
    this.#known.clear()
  }

  #add(resource: Resource, object: KubeObject, namespace: string, text: EventText, now: string): string {
    const { kind, apiVersion } = kindOf(resource)
    const { uid, name, resourceVersion } = object.metadata
    const event = `${name}.${(this.plane.clock.now().getTime() * 4_096 + (this.#counter++ % 4_096)).toString(16)}`
    const made: KubeEvent = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: event, namespace, uid: crypto.randomUUID(), resourceVersion: '', creationTimestamp: now },
      involvedObject: {
        kind,
        ...(object.metadata.namespace ? { namespace } : {}),
        name,
        uid,
        apiVersion,
        resourceVersion,
      },
      reason: text.reason,
      message: text.message,
      source: { component: text.component },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      type: text.type,
      reportingComponent: text.component,
      reportingInstance: '',
    }
    this.plane.store.put('events', made)
    return event
  }

  #forgetOldest(): void {
    while (this.#known.size > maxEvents) {
      const [key, { namespace, name }] = this.#known.entries().next().value!
      this.#known.delete(key)
      const event = this.plane.store.find('events', namespace, name)
      if (event) this.plane.store.remove('events', event)
    }
  }
}
