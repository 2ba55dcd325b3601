import type { Tx } from '../../db'
import { type Informer, type KubeError, nodes, storageClasses } from '../../kube'
import type { Parts } from '../../parts'
import { classFactsOf, listedClassOf } from './class-facts'
import { readAllFacts } from './facts'
import { largestOf, nodeFactsOf } from './node-facts'
import { clusterFacts, type NodeFacts } from './tables'

/** Changes come in bursts: a drain, an upgrade of the nodes, the first list. */
const settleMs = 200
/** After a failed write. */
const againMs = 5_000
/** So long a start waits for a cluster that does not answer. */
const firstLookMs = 1_000
const maxNodesKept = 1_000
const maxClasses = 500

type Needs = Pick<Parts, 'db' | 'clock' | 'kube' | 'log'>
type Listed = ReturnType<typeof listedClassOf>

/** Keeps what the cluster's nodes and storage classes can do in the database for as long as it runs. */
export class ClusterWatch {
  readonly #parts: Needs
  readonly #nodes: Informer<NodeFacts>
  readonly #classes: Informer<Listed>
  readonly #firstLook = Promise.withResolvers<void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #changes = 0
  #synced = false
  #stopped = false

  constructor(parts: Needs) {
    this.#parts = parts
    const onFault = (fault: KubeError) => {
      tell(parts, fault)
      this.#firstLook.resolve()
    }
    const onChange = () => {
      this.#changes++
      this.#saveSoon(settleMs)
    }
    const handlers = { onChange, onFault }
    this.#nodes = parts.kube.informer(nodes, { trim: nodeFactsOf }, handlers)
    this.#classes = parts.kube.informer(storageClasses, { trim: listedClassOf, maxObjects: maxClasses }, handlers)
    void Promise.all([this.#nodes.synced, this.#classes.synced]).then(() => {
      this.#synced = true
      this.#saveSoon(0)
    })
  }

  /** Settles once the cluster was looked at and that is kept, or could not be reached; after a second in any case. */
  firstLook(): Promise<void> {
    return Promise.race([this.#firstLook.promise, Bun.sleep(firstLookMs)])
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#nodes.stop()
    this.#classes.stop()
  }

  #saveSoon(delay: number): void {
    if (this.#synced && !this.#stopped) this.#timer ??= setTimeout(() => void this.#save(), delay)
  }

  /** One at a time: what changes meanwhile is saved by the next. */
  async #save(): Promise<void> {
    let again: number | undefined
    try {
      const changes = this.#changes
      await save(this.#parts, this.#nodes, this.#classes)
      if (this.#changes !== changes) again = settleMs
    } catch (error) {
      if (!this.#stopped) this.#parts.log.error({ err: error }, 'what the cluster can hold could not be kept')
      again = againMs
    }
    this.#timer = undefined
    this.#firstLook.resolve()
    if (again !== undefined) this.#saveSoon(again)
  }
}

/** Without the right to look, what a plan needs is found out by the app that does not start. */
function tell({ log }: Needs, fault: KubeError): void {
  if (fault.status === 403)
    log.warn({ err: fault }, 'nodes or storage classes may not be read: plans are sold without a look at them')
}

/** Writes down only what has changed. A cluster that shows no node for a moment is still the one that it was. */
async function save(
  { db, clock }: Needs,
  seenNodes: Informer<NodeFacts>,
  seenClasses: Informer<Listed>,
): Promise<void> {
  const kept = await readAllFacts(db.read)
  const all = seenNodes.list().sort((a, b) => (a.name < b.name ? -1 : 1))
  const found = largestOf(all)
  const facts = {
    nodes: all.slice(0, maxNodesKept),
    largest: found.length > 0 ? found : (kept?.largest ?? []),
    storageClasses: classFactsOf(seenClasses.list()),
  }
  if (kept && Bun.deepEquals({ ...kept, ...facts }, kept)) return
  await db.write((tx) => keepFacts(tx, { ...facts, changedAt: clock.now() }))
}

const keepFacts = (tx: Tx, facts: Omit<typeof clusterFacts.$inferInsert, 'id'>) =>
  tx
    .insert(clusterFacts)
    .values({ id: 1, ...facts })
    .onConflictDoUpdate({ target: clusterFacts.id, set: facts })
    .run()
