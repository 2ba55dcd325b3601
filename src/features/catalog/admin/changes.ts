import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import type { Kind } from '../../../lib/kinds'
import type { Parts } from '../../../parts'
import { recordAct } from '../../audit'

type Row = Record<string, unknown>

/** What of `wanted` is not so already; what is left out stays as it is. */
export function changesOf<T extends Row>(row: T, wanted: Partial<T>): Partial<T> {
  const changed = Object.entries(wanted).filter(
    ([name, value]) => value !== undefined && JSON.stringify(plain(value)) !== JSON.stringify(plain(row[name])),
  )
  return Object.fromEntries(changed) as Partial<T>
}

/** Who changes the catalog; nobody where it is done on the command line. */
export type Editor = Actor | undefined

export interface Change {
  kind: Kind
  id: string
  verb: 'create' | 'update' | 'delete'
  before?: Row
  after?: Row
}

/** Writes down who changed what of the catalog, and from what to what. */
export const recordChange = ({ clock }: Pick<Parts, 'clock'>, tx: Tx, actor: Editor, change: Change): Promise<void> =>
  recordAct(tx, {
    actor,
    action: `${change.kind}.${change.verb}`,
    target: { kind: change.kind, id: change.id },
    before: change.before && plainRow(change.before),
    after: change.after && plainRow(change.after),
    at: clock.now(),
  })

/** The same fields of a row as the change has. */
export const fieldsOf = (row: Row, change: Row): Row =>
  Object.fromEntries(Object.keys(change).map((name) => [name, row[name]]))

const plainRow = (row: Row): Row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))

/** Money is a bigint in the code. */
const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value)
