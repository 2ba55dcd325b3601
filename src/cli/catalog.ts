import { readFileSync, writeFileSync } from 'node:fs'
import { loadSecrets } from '../data-dir/secrets'
import { installBuiltIns } from '../features/app-templates'
import { exportCatalog, importCatalog } from '../features/catalog'
import type { Problem } from '../http/input/check'
import { systemClock } from '../lib/clock'
import { AppError } from '../lib/errors'
import { createSealer } from '../lib/seal'
import { withDatabase } from './open'
import { queueBeside } from './queue-beside'
import { say } from './say'

const usage = `catalog export [FILE]
catalog import FILE [--dry-run] [--retire-missing] [--confirm-licences]`
const flags = new Set(['--dry-run', '--retire-missing', '--confirm-licences'])

/** The whole catalog to a file and back, beside a running server or without one. */
export async function catalog([verb, ...args]: string[]): Promise<number> {
  const given = new Set(args.filter((word) => word.startsWith('--')))
  const [path, ...more] = args.filter((word) => !word.startsWith('--'))
  const isKnown = more.length === 0 && [...given].every((flag) => verb === 'import' && flags.has(flag))
  if (isKnown && verb === 'export') return writeCatalog(path)
  if (isKnown && verb === 'import' && path !== undefined) return readCatalog(path, given)
  throw new AppError('CONFIG_FAILED', usage)
}

async function writeCatalog(path: string | undefined): Promise<number> {
  const { text } = await withDatabase((db) => exportCatalog({ db }))
  if (path === undefined) await say(text.trimEnd())
  else onDisk(() => writeFileSync(path, text))
  return 0
}

async function readCatalog(path: string, given: Set<string>): Promise<number> {
  const bytes = onDisk(() => readFileSync(path))
  const options = {
    dryRun: given.has('--dry-run'),
    retireMissing: given.has('--retire-missing'),
    confirmLicences: given.has('--confirm-licences'),
  }
  try {
    const report = await withDatabase(async (db, config) => {
      const queue = queueBeside(db)
      const sealer = createSealer(loadSecrets(config).sealing)
      const parts = { db, clock: systemClock, config, queue, sealer }
      await db.write((tx) => installBuiltIns(parts, tx))
      return importCatalog(parts, undefined, bytes, options)
    })
    await say(JSON.stringify(report, null, 2))
    return 0
  } catch (refusal) {
    const mistakes = mistakesOf(refusal)
    if (mistakes === undefined) throw refusal
    for (const { path: place, message } of mistakes) process.stderr.write(`${path}: ${place}: ${message}\n`)
    process.stderr.write('minispod: nothing was changed\n')
    return 1
  }
}

function mistakesOf(refusal: unknown): Problem[] | undefined {
  if (!(refusal instanceof AppError)) return undefined
  if (refusal.code === 'MALFORMED_REQUEST') return [{ path: '/', message: 'not well-formed JSON in UTF-8' }]
  return refusal.code === 'VALIDATION_ERROR' ? (refusal.details?.problems as Problem[]) : undefined
}

/** @throws AppError CONFIG_FAILED for a file that can't be read or written */
function onDisk<T>(act: () => T): T {
  try {
    return act()
  } catch (fault) {
    throw new AppError('CONFIG_FAILED', (fault as Error).message, undefined, { cause: fault })
  }
}
