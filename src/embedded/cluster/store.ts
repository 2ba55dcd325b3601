import { StatusError } from './errors'
import { EventLog } from './event-log'
import { kinds, type ObjectTypes, type Resource } from './kinds'
import type { KubeObject, Metadata, OwnerReference } from './types'

export const maxObjects = 400_000

type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED'

export interface Change {
  type: ChangeType
  resource: Resource
  resourceVersion: number
  object: KubeObject
  /** The version before this one: a watch with a selector needs it to tell what left its view. */
  previous: KubeObject | undefined
}

export interface ObjectRef {
  resource: Resource
  namespace: string
  name: string
}

type Collection = Map<string, Map<string, KubeObject>>

/**
 * Every object by kind, namespace and name. Stored objects are never changed in place: an update stores a new version that
 * may share parts with the old one, so watchers, the event log and readers can hold on to what they got.
 */
export class Store {
  #collections = new Map<Resource, Collection>()
  #logs = new Map<Resource, EventLog>()
  #byUid = new Map<string, ObjectRef>()
  #byOwner = new Map<string, Map<string, ObjectRef>>()
  #listeners: ((change: Change) => void)[] = []
  #version = 1
  #size = 0

  constructor() {
    for (const { resource } of kinds) {
      this.#collections.set(resource, new Map())
      this.#logs.set(resource, new EventLog(this.#version))
    }
  }

  get version(): number {
    return this.#version
  }

  get size(): number {
    return this.#size
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener)
  }

  find<R extends Resource>(resource: R, namespace: string, name: string): ObjectTypes[R] | undefined {
    return this.#collections.get(resource)!.get(namespace)?.get(name) as ObjectTypes[R] | undefined
  }

  findByUid(uid: string): ObjectRef | undefined {
    return this.#byUid.get(uid)
  }

  /** Objects of one namespace, or of all of them; in no particular order. */
  list<R extends Resource>(resource: R, namespace?: string): ObjectTypes[R][] {
    const collection = this.#collections.get(resource)!
    if (namespace !== undefined) return [...(collection.get(namespace)?.values() ?? [])] as ObjectTypes[R][]
    const all: KubeObject[] = []
    for (const objects of collection.values()) for (const object of objects.values()) all.push(object)
    return all as ObjectTypes[R][]
  }

  count(resource: Resource, namespace: string): number {
    return this.#collections.get(resource)!.get(namespace)?.size ?? 0
  }

  /** Objects whose ownerReferences name this uid. */
  dependentsOf(uid: string): ObjectRef[] {
    const refs = this.#byOwner.get(uid)
    return refs ? [...refs.values()] : []
  }

  ownedBy<R extends Resource>(uid: string, resource: R): ObjectTypes[R][] {
    const owned: ObjectTypes[R][] = []
    for (const ref of this.#byOwner.get(uid)?.values() ?? []) {
      if (ref.resource !== resource) continue
      const object = this.find(resource, ref.namespace, ref.name)
      if (object) owned.push(object)
    }
    return owned
  }

  log(resource: Resource): EventLog {
    return this.#logs.get(resource)!
  }

  /** Stores a new version; the caller has checked names, preconditions and admission. */
  put<R extends Resource>(resource: R, object: ObjectTypes[R]): ObjectTypes[R] {
    const namespace = object.metadata.namespace ?? ''
    const objects = this.#namespaceOf(resource, namespace)
    const previous = objects.get(object.metadata.name)
    if (!previous && this.#size >= maxObjects) {
      throw new StatusError(507, 'InsufficientStorage', `the embedded cluster holds at most ${maxObjects} objects`)
    }
    const stored = this.#stamped(object)
    objects.set(stored.metadata.name, stored)
    this.#index(resource, stored, previous)
    if (!previous) this.#size++
    this.#emit({
      type: previous ? 'MODIFIED' : 'ADDED',
      resource,
      resourceVersion: this.#version,
      object: stored,
      previous,
    })
    return stored as ObjectTypes[R]
  }

  /** Takes an object out; watchers see its last state with the resourceVersion of the deletion. */
  remove(resource: Resource, object: KubeObject): KubeObject {
    const namespace = object.metadata.namespace ?? ''
    const collection = this.#collections.get(resource)!
    const objects = collection.get(namespace)
    const previous = objects?.get(object.metadata.name)
    if (!objects || !previous) return object
    objects.delete(object.metadata.name)
    if (objects.size === 0) collection.delete(namespace)
    this.#unindex(previous)
    this.#size--
    const last = this.#stamped(previous)
    this.#emit({ type: 'DELETED', resource, resourceVersion: this.#version, object: last, previous })
    return last
  }

  /** Forgets everything, as if the cluster had been rebuilt; resourceVersions of before are too old from now on. */
  clear(): void {
    this.#version++
    for (const collection of this.#collections.values()) collection.clear()
    for (const log of this.#logs.values()) log.clear(this.#version)
    this.#byUid.clear()
    this.#byOwner.clear()
    this.#size = 0
  }

  #namespaceOf(resource: Resource, namespace: string): Map<string, KubeObject> {
    const collection = this.#collections.get(resource)!
    let objects = collection.get(namespace)
    if (!objects) {
      objects = new Map()
      collection.set(namespace, objects)
    }
    return objects
  }

  #stamped(object: KubeObject): KubeObject {
    this.#version++
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } }
  }

  #emit(change: Change): void {
    this.#logs.get(change.resource)!.append(change)
    for (const listener of this.#listeners) listener(change)
  }

  #index(resource: Resource, object: KubeObject, previous: KubeObject | undefined): void {
    const { metadata } = object
    if (!previous) this.#byUid.set(metadata.uid, refOf(resource, metadata))
    if (metadata.ownerReferences === previous?.metadata.ownerReferences) return
    for (const owner of previous?.metadata.ownerReferences ?? []) this.#dropOwner(owner, metadata.uid)
    for (const owner of metadata.ownerReferences ?? []) {
      const owned = this.#byOwner.get(owner.uid) ?? new Map<string, ObjectRef>()
      owned.set(metadata.uid, refOf(resource, metadata))
      this.#byOwner.set(owner.uid, owned)
    }
  }

  #unindex(object: KubeObject): void {
    this.#byUid.delete(object.metadata.uid)
    for (const owner of object.metadata.ownerReferences ?? []) this.#dropOwner(owner, object.metadata.uid)
  }

  #dropOwner(owner: OwnerReference, uid: string): void {
    const owned = this.#byOwner.get(owner.uid)
    owned?.delete(uid)
    if (owned?.size === 0) this.#byOwner.delete(owner.uid)
  }
}

const refOf = (resource: Resource, metadata: Metadata): ObjectRef => ({
  resource,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
})
