import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Parts } from '../../parts'
import { statusAfterChange } from './configure'
import { changeDesire } from './desire'
import type { Instance } from './tables'

export type Size = Partial<Pick<Instance, 'cpuMillicores' | 'memoryMb' | 'storageGb'>>

/** Of the sizes that change, what they were. */
const sizeOf = (instance: Instance, size: Size): Size =>
  Object.fromEntries(Object.keys(size).map((name) => [name, instance[name as keyof Size]]))

/** Wishes another size for an app; a running one takes it over by a new pod. Its volumes can grow, and never shrink. */
export const resizeInstance = (
  parts: Pick<Parts, 'clock' | 'reconciler'>,
  tx: Tx,
  instance: Instance,
  size: Size,
  act: { actor?: Actor; reason?: string },
): Promise<Instance> =>
  changeDesire(
    parts,
    tx,
    instance,
    { ...size, status: statusAfterChange(instance) },
    { ...act, action: 'instance.resize', before: sizeOf(instance, size), after: { ...size } },
  )
