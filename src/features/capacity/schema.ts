import { t } from 'elysia'
import { model, nullable } from '../../http/schema'

/** What a customer, and an administrator, should know of the storage behind a plan. */
export const StorageTruth = model(
  'StorageTruth',
  t.Object({
    enforced: nullable(
      t.Boolean({ description: 'The app can’t store more than its size; null where this is not known' }),
    ),
    growable: t.Boolean({ description: 'It can be made larger while its data is kept' }),
  }),
)

/** Why nobody can buy it, although there may be slots. */
export const Obstacle = model('Obstacle', t.Object({ code: t.String(), message: t.String() }))

const Room = t.Object({
  cpuMillicores: t.Integer(),
  memoryMb: t.Integer(),
  diskGb: nullable(t.Integer({ description: 'Null where the node does not say' })),
})

export const CapacityView = model(
  'Capacity',
  t.Object({
    changedAt: nullable(t.String({ format: 'date-time', description: 'When any of this was last seen to change' })),
    connected: t.Boolean({ description: 'The cluster can be reached now; if not, this is what was last seen' }),
    storageClass: nullable(t.String({ description: 'That new apps get: STORAGE_CLASS, or the cluster’s default' })),
    largest: t.Array(Room, {
      description:
        'What one app can find on one node at most: of all nodes, those that no other surpasses in everything',
    }),
    nodes: t.Array(
      t.Object({
        name: t.String(),
        ...Room.properties,
        pods: t.Integer(),
        ready: t.Boolean(),
        cordoned: t.Boolean(),
        reserved: t.Boolean({ description: 'A taint keeps it for others: no app runs there' }),
      }),
    ),
    storageClasses: t.Array(
      t.Object({
        name: t.String(),
        provisioner: t.String(),
        isDefault: t.Boolean(),
        onNode: t.Boolean({ description: 'Its volumes lie on the disk of the node that the app runs on' }),
        ...StorageTruth.properties,
      }),
    ),
  }),
)
