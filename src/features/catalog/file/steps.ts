import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import type { Parts } from '../../../parts'

export interface Changed {
  before: unknown
  after: unknown
}

interface Named {
  kind: 'template' | 'category' | 'service' | 'plan'
  /** Of a plan its service's, of a template its name. */
  slug: string
  tier?: number
}

/** What the verbs of a single write are called with. */
export interface Making {
  parts: Pick<Parts, 'clock' | 'config' | 'queue' | 'sealer'>
  tx: Tx
  actor: Actor | undefined
  /** Ids by slug: of what is there, and of what was made meanwhile. */
  categoryIds: Map<string, string>
  serviceIds: Map<string, string>
}

/** One write of an import. */
export interface Step extends Named {
  does: 'create' | 'update' | 'retire'
  /** Where the file asks for it; the whole file where it leaves the thing out. */
  at: string
  changes?: Record<string, Changed>
  /** The second half of a step that is told already. */
  silent?: boolean
  run(making: Making): Promise<unknown>
}

/** What an import changes, or would change. */
export interface Report {
  dryRun: boolean
  creates: Named[]
  updates: (Named & { changes: Record<string, Changed> })[]
  retires: Named[]
  unchanged: number
  /** Secrets that the file only names, and that the service does not have here. */
  missingSecrets: { slug: string; presets: string[] }[]
}

export function reportOf(
  steps: Step[],
  { unchanged, missing }: { unchanged: number; missing: Report['missingSecrets'] },
  dryRun: boolean,
): Report {
  const told = steps.filter(({ silent }) => !silent)
  const those = (does: Step['does']) => told.filter((step) => step.does === does)
  return {
    dryRun,
    creates: those('create').map(nameOf),
    updates: those('update').map((step) => ({ ...nameOf(step), changes: step.changes ?? {} })),
    retires: those('retire').map(nameOf),
    unchanged,
    missingSecrets: missing,
  }
}

const nameOf = ({ kind, slug, tier }: Step): Named => ({ kind, slug, ...(tier !== undefined && { tier }) })
