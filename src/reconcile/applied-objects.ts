import { type Kube, type KubeObject, keyOf, type Ref, type Resource } from '../kube'
import type { ClusterView } from './cluster-view'
import { type DesiredObject, resourceOf, specHashAnnotation } from './manifests'

/** For this long what we have just applied counts, although the watch has not shown it yet. */
const watchLagMs = 5_000

interface Applied {
  hash: string | undefined
  generation: number | undefined
  at: number
}

/**
 * Brings objects to what is wanted with as few requests as can be: an object that stands in the cluster with our hash and
 * was not changed since by another hand is left alone.
 */
export class AppliedObjects {
  readonly #kube: Kube
  readonly #view: ClusterView
  readonly #applied = new Map<string, Applied>()

  constructor(kube: Kube, view: ClusterView) {
    this.#kube = kube
    this.#view = view
  }

  /** Says whether anything had to be sent. */
  async apply(object: DesiredObject): Promise<boolean> {
    if (this.#stands(object)) return false
    const resource = resourceOf(object)
    // Fields of ours that another hand took over are taken back: the database says what is right.
    const stored = await this.#kube.apply(resource, object as never, { force: true })
    this.#applied.set(nameOf(object.kind, object.metadata), {
      hash: hashOf(object),
      generation: stored.metadata.generation,
      at: performance.now(),
    })
    return true
  }

  async remove(resource: Resource<KubeObject>, ref: Ref): Promise<void> {
    await this.#kube.remove(resource, ref, { propagation: 'Background' })
    this.forget(resource.kind, ref)
  }

  /** A deletion was seen: what we applied is no longer there, however short ago. */
  forget(kind: string, ref: Ref): void {
    this.#applied.delete(nameOf(kind, ref))
  }

  /** Applied, and not yet shown by the watch. */
  isFresh(kind: string, ref: Ref): boolean {
    const applied = this.#applied.get(nameOf(kind, ref))
    return applied !== undefined && performance.now() - applied.at < watchLagMs
  }

  #stands(object: DesiredObject): boolean {
    const key = nameOf(object.kind, object.metadata)
    const applied = this.#applied.get(key)
    const hash = hashOf(object)
    if (applied && applied.hash === hash && performance.now() - applied.at < watchLagMs) return true
    const seen = this.#view.find(object.kind, object.metadata)
    if (!seen || seen.deleting || seen.hash !== hash) return false
    if (!applied) {
      // First seen after a start: as it stands is where changes by others are counted from.
      this.#applied.set(key, { hash, generation: seen.generation, at: 0 })
      return true
    }
    return applied.hash !== hash || seen.generation === applied.generation
  }
}

const nameOf = (kind: string, ref: Ref): string => `${kind} ${keyOf(ref)}`
const hashOf = (object: DesiredObject): string | undefined => object.metadata.annotations[specHashAnnotation]
