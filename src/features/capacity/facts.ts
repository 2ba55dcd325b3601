import { eq } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { clusterFacts, type Room, type StorageClassFacts } from './tables'

/** What a sale asks of the cluster. */
export interface ClusterFacts {
  largest: Room[]
  storageClasses: StorageClassFacts[]
}

const factsRow = prepared((db) =>
  db
    .select({ largest: clusterFacts.largest, storageClasses: clusterFacts.storageClasses })
    .from(clusterFacts)
    .where(eq(clusterFacts.id, 1))
    .prepare(),
)

/** What was last seen of the cluster, however long ago; undefined where none was ever seen. */
export const readClusterFacts = (on: Drizzle | Tx): Promise<ClusterFacts | undefined> => factsRow(on).get()

/** All of it, for administrators. */
export const readAllFacts = (on: Drizzle) => on.select().from(clusterFacts).where(eq(clusterFacts.id, 1)).get()

/** The class that a volume gets which names this one, or none. */
export const classFor = (
  storageClasses: StorageClassFacts[],
  configured: string | undefined,
): StorageClassFacts | undefined =>
  storageClasses.find(({ name, isDefault }) => (configured === undefined ? isDefault : name === configured))
