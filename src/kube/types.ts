import type { V1ObjectMeta } from '@kubernetes/client-node'

/**
 * A type of client-node as it looks on the wire: times are strings, and the keys that the generator had to rename
 * (`_from`, `_continue`) have their own names again. Nothing is converted at run time.
 */
type Wire<T> = 0 extends 1 & T
  ? unknown
  : T extends Date
    ? string
    : T extends (infer Item)[]
      ? Wire<Item>[]
      : T extends object
        ? { [K in keyof T as K extends `_${infer Name}` ? Name : K]: Wire<T[K]> }
        : T

type ObjectMeta = Wire<V1ObjectMeta>

/** What the API server always fills in. */
interface StoredMeta extends ObjectMeta {
  name: string
  uid: string
  resourceVersion: string
  creationTimestamp: string
}

export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: StoredMeta
}

/** An object as the API server hands it out. */
export type Stored<T> = Omit<Wire<T>, 'metadata'> & { metadata: StoredMeta }

/** An object as we send it: `apiVersion` and `kind` are the resource's unless given. */
export type Manifest<T extends KubeObject> = Omit<T, 'metadata' | 'status'> & {
  metadata: ObjectMeta & { name: string }
}

/** Where an object is; any object's `metadata` will do. */
export interface Ref {
  name: string
  namespace?: string
}

export interface Selection {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
}
