import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { queueBeside } from '../../src/cli/queue-beside'
import { parseConfig } from '../../src/config'
import { loadSecrets } from '../../src/data-dir/secrets'
import { type Database, openDatabase } from '../../src/db'
import { installBuiltIns } from '../../src/features/app-templates'
import { exportCatalog, importCatalog } from '../../src/features/catalog'
import type { ImportOptions } from '../../src/features/catalog/file/import'
import { systemClock } from '../../src/lib/clock'
import { createSealer, type Sealer } from '../../src/lib/seal'
import { placeDatabase } from '../support/fresh-database'

const tables = [
  'app_templates',
  'app_template_versions',
  'categories',
  'services',
  'plans',
  'old_slugs',
  'icons',
  'catalog_version',
  'audit_entries',
]

export interface FreshShop {
  dataDir: string
  db: Database
  put(file: unknown, options?: Partial<ImportOptions>): ReturnType<typeof importCatalog>
  text(): Promise<string>
  /** Every row that an import may touch. */
  rows(): Promise<unknown[]>
  close(): Promise<void>
}

/** A shop that knows the program's templates and sells nothing yet. */
export async function freshShop(options: { writeDeadlineMs?: number } = {}): Promise<FreshShop> {
  const dataDir = mkdtempSync(join(tmpdir(), 'minispod-catalog-'))
  await placeDatabase(join(dataDir, 'minispod.db'))
  const db = await openDatabase({ url: `file:${dataDir}/minispod.db`, ...options })
  const parts = { db, ...importParts(db, dataDir) }
  await db.write((tx) => installBuiltIns(parts, tx))
  const usual = { dryRun: false, retireMissing: false, confirmLicences: false }
  return {
    dataDir,
    db,
    put: (file, options) => importCatalog(parts, undefined, bytesOf(file), { ...usual, ...options }),
    text: async () => (await exportCatalog(parts)).text,
    rows: () => Promise.all(tables.map((table) => db.read.values(sql.raw(`select * from ${table} order by 1, 2`)))),
    close: async () => {
      await db.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** With the keys of that folder. */
export const sealerOf = (dataDir: string): Sealer =>
  createSealer(loadSecrets(parseConfig({ DATA_DIR: dataDir })).sealing)

export const bytesOf = (file: unknown): Uint8Array =>
  new TextEncoder().encode(typeof file === 'string' ? file : JSON.stringify(file))

/** The mistakes of a refusal, each as its place and its rule. */
export async function mistakesOf(act: Promise<unknown>): Promise<string[]> {
  const refusal = await act.then(
    () => undefined,
    (fault) => fault,
  )
  const problems: { path: string; message: string }[] = refusal?.details?.problems ?? []
  return problems.length > 0 ? problems.map(({ path, message }) => `${path} ${message}`) : [refusal?.message]
}

/** What an import takes beside the database. */
export function importParts(db: Database, dataDir: string) {
  const config = parseConfig({ DATA_DIR: dataDir })
  return { clock: systemClock, config, queue: queueBeside(db), sealer: sealerOf(dataDir) }
}
