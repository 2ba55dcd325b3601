import { type Kube, type KubeObject, keyOf, type Ref, type Resource } from '../kube'
import type { ClusterView } from './cluster-view'
import { type DesiredObject, resourceOf, specHashAnnotation } from './manifests'
import { ownedFieldsOf } from './owned-fields'

/** For this long what we have just applied counts, although the watch has not shown it yet. */
const watchLagMs = 5_000

interface Applied {
  hash: string
  ownedFields: string
  version: number
  at: number
}

/**
 * Brings objects to what is wanted with as few requests as can be: an object that stands in the cluster with our hash, and
 * with every field of ours still ours, is left alone.
 */
export class AppliedObjects {
  readonly #kube: Kube
  readonly #view: ClusterView
  readonly #applied = new Map<string, Applied>()
  /** Applies under way; one whose object is seen to go meanwhile proves nothing. */
  readonly #underWay = new Map<string, { lost: boolean }>()

  constructor(kube: Kube, view: ClusterView) {
    this.#kube = kube
    this.#view = view
  }

  /** Says whether anything had to be sent. */
  async apply(object: DesiredObject): Promise<boolean> {
    if (this.#stands(object)) return false
    const key = nameOf(object.kind, object.metadata)
    const attempt = { lost: false }
    this.#underWay.set(key, attempt)
    try {
      // Fields of ours that another hand took over are taken back: the database says what is right.
      const { metadata } = await this.#kube.apply(resourceOf(object), object as never, { force: true })
      const version = Number(metadata.resourceVersion)
      const ownedFields = ownedFieldsOf(metadata)
      if (!attempt.lost) this.#applied.set(key, { hash: hashOf(object), ownedFields, version, at: performance.now() })
    } finally {
      if (this.#underWay.get(key) === attempt) this.#underWay.delete(key)
    }
    return true
  }

  async remove(resource: Resource<KubeObject>, ref: Ref): Promise<void> {
    await this.#kube.remove(resource, ref, { propagation: 'Background' })
    this.forget(resource.kind, ref)
  }

  /** A deletion was seen: what we applied is no longer there, however short ago. */
  forget(kind: string, ref: Ref): void {
    const key = nameOf(kind, ref)
    this.#applied.delete(key)
    const attempt = this.#underWay.get(key)
    if (attempt) attempt.lost = true
  }

  /** Applied, and not yet shown by the watch. */
  isUnseen(kind: string, ref: Ref): boolean {
    const applied = this.#applied.get(nameOf(kind, ref))
    return applied !== undefined && isFresh(applied) && this.#view.find(kind, ref) === undefined
  }

  #stands(object: DesiredObject): boolean {
    const key = nameOf(object.kind, object.metadata)
    const hash = hashOf(object)
    const applied = this.#applied.get(key)
    const seen = this.#view.find(object.kind, object.metadata)
    // What the watch shows is older than what we did: that counts then.
    if (applied && isFresh(applied) && !(seen && (seen.deleting || seen.version >= applied.version)))
      return applied.hash === hash
    if (!seen || seen.deleting || seen.hash !== hash) return false
    if (applied?.hash === hash) return seen.ownedFields === applied.ownedFields
    // First seen after a start: what others did while we were away shows in what they own.
    if (seen.touchedByOthers) return false
    this.#applied.set(key, { hash, ownedFields: seen.ownedFields, version: seen.version, at: Number.NEGATIVE_INFINITY })
    return true
  }
}

const isFresh = ({ at }: Applied): boolean => performance.now() - at < watchLagMs
const nameOf = (kind: string, ref: Ref): string => `${kind} ${keyOf(ref)}`
const hashOf = (object: DesiredObject): string => object.metadata.annotations[specHashAnnotation] ?? ''
