import { type Tx, WriteTooLong } from '../../../db'
import type { Actor } from '../../../http/access'
import type { Problem } from '../../../http/input/check'
import { invalid } from '../../../http/input/input'
import { AppError } from '../../../lib/errors'
import type { Parts } from '../../../parts'
import { recordAct } from '../../audit'
import { readCatalogFile } from './read-file'
import type { Wanted } from './scale'
import { readShop, readState, type Shop, tagOfState } from './shop'
import { createSlices } from './slices'
import { type Making, type Report, reportOf, type Step } from './steps'
import { weigh } from './weigh'

type Needs = Pick<Parts, 'db' | 'clock' | 'config' | 'queue' | 'sealer'>

export interface ImportOptions extends Wanted {
  dryRun: boolean
  /** Tags of the state that the file was made from; undefined takes any. */
  expected?: string[]
}

/** Somebody changed the catalog between the look at it and the write: it is looked at again. */
const maxLooks = 3
class ChangedMeanwhile extends Error {}

/**
 * Makes the catalog what a file says, all of it or nothing. What the file leaves out stays, or is retired where that is wanted. A dry
 * run says the same and changes nothing. @throws AppError VALIDATION_ERROR with each mistake under its place, PRECONDITION_FAILED
 */
export async function importCatalog(
  parts: Needs,
  actor: Actor | undefined,
  bytes: Uint8Array,
  options: ImportOptions,
): Promise<Report> {
  assertExpected(await readState(parts.db.read), options)
  const file = await readCatalogFile(bytes)
  for (let look = 1; ; look++) {
    const { shop, steps, mistakes, ...more } = await lookAt(parts, file, options)
    if (mistakes.length > 0) throw invalid('body', mistakes)
    const report = reportOf(steps, more, options.dryRun)
    if (options.dryRun || steps.length === 0) return report
    try {
      await parts.db.write((tx) => carryOut(parts, tx, actor, { shop, steps, report }))
      return report
    } catch (fault) {
      if (fault instanceof WriteTooLong) throw tooMuch(fault)
      if (!(fault instanceof ChangedMeanwhile)) throw fault
      if (options.expected !== undefined || look === maxLooks) throw stale()
    }
  }
}

async function lookAt(
  { db, sealer }: Needs,
  file: Awaited<ReturnType<typeof readCatalogFile>>,
  options: ImportOptions,
) {
  const pause = createSlices()
  const snapshot = await db.snapshot()
  try {
    const shop = await readShop(snapshot.read, pause)
    assertExpected(shop.state, options)
    return { shop, ...(await weigh({ sealer }, snapshot.read, shop, file, options, pause)) }
  } finally {
    await snapshot.close()
  }
}

/** By the verbs of a single write, with pauses: reads go on meanwhile, other writes wait. */
async function carryOut(
  parts: Needs,
  tx: Tx,
  actor: Actor | undefined,
  { shop, steps, report }: { shop: Shop; steps: Step[]; report: Report },
): Promise<void> {
  if ((await readState(tx)) !== shop.state) throw new ChangedMeanwhile()
  const pause = createSlices()
  const making: Making = { parts, tx, actor, categoryIds: idsOf(shop.categories), serviceIds: idsOf(shop.services) }
  for (const step of steps) {
    await step.run(making).catch((refusal) => {
      throw placed(step, refusal)
    })
    await pause()
  }
  const { creates, updates, retires, unchanged } = report
  const after = { creates: creates.length, updates: updates.length, retires: retires.length, unchanged }
  await recordAct(tx, {
    actor,
    action: 'catalog.import',
    target: { kind: 'catalog', id: 'catalog' },
    ...(actor === undefined && { reason: 'on the command line' }),
    after,
    at: parts.clock.now(),
  })
}

const idsOf = (things: Map<string, { row: { id: string } }>): Map<string, string> =>
  new Map([...things].map(([slug, { row }]) => [slug, row.id]))

/** A slot that was sold meanwhile, say: what was weighed does not hold any more. */
function placed({ at }: Step, refusal: unknown): unknown {
  if (!(refusal instanceof AppError)) return refusal
  const inner = (refusal.details?.problems ?? []) as Problem[]
  if (refusal.code !== 'VALIDATION_ERROR') return invalid('body', [{ path: at, message: refusal.message }])
  return invalid(
    'body',
    inner.map(({ path, message }) => ({ path: `${at}${path}`, message })),
  )
}

function assertExpected(state: string, { expected }: ImportOptions): void {
  if (expected !== undefined && !expected.includes(tagOfState(state))) throw stale()
}

const tooMuch = (cause: unknown): AppError =>
  new AppError('UNAVAILABLE', 'The file is too much for one go just now: try again, or import it in parts', undefined, {
    cause,
  })

const stale = (): AppError =>
  new AppError('PRECONDITION_FAILED', 'It was changed since you read it: read it again, then decide')
