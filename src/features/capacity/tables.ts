import { sql } from 'drizzle-orm'
import { check, integer, sqliteTable } from 'drizzle-orm/sqlite-core'
import { instant, json } from '../../db/columns'

/** A node as its kubelet tells it: what it can give to pods. */
export interface NodeFacts {
  name: string
  cpuMillicores: number
  memoryMb: number
  /** Of the disk that node-local volumes lie on; null where the node does not say. */
  diskGb: number | null
  pods: number
  ready: boolean
  /** No new pod is put on it for now. */
  cordoned: boolean
  /** Kept for others by a taint: an app never runs there. */
  reserved: boolean
}

/** What one pod can find on one node at most. A cluster has one for each node that no other surpasses in everything. */
export interface Room {
  cpuMillicores: number
  memoryMb: number
  diskGb: number | null
}

export interface StorageClassFacts {
  name: string
  provisioner: string
  isDefault: boolean
  /** A volume can be made larger while it is kept. */
  growable: boolean
  /** A volume holds no more than its size; null where we do not know this provisioner. */
  enforced: boolean | null
  /** Its volumes lie on the disk of the node that the app runs on. */
  onNode: boolean
}

/** One row: what was last seen of the cluster's nodes and storage classes. It outlives the cluster's absence and our restarts. */
export const clusterFacts = sqliteTable(
  'cluster_facts',
  {
    id: integer('id').primaryKey(),
    nodes: json<NodeFacts[]>('nodes').notNull(),
    largest: json<Room[]>('largest').notNull(),
    storageClasses: json<StorageClassFacts[]>('storage_classes').notNull(),
    /** When any of it was last seen to change. */
    changedAt: instant('changed_at').notNull(),
  },
  (table) => [check('cluster_facts_single', sql`${table.id} = 1`)],
)
