import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { migrate } from '../../src/db/migrate'

const ownerOnly = 0o600
let migrated: Promise<Uint8Array> | undefined

/** A new database as the migrations make it. They run once in a process: their price is a quarter of a start. */
export async function placeDatabase(path: string): Promise<void> {
  migrated ??= makeDatabase()
  writeFileSync(path, await migrated, { mode: ownerOnly })
}

async function makeDatabase(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'minispod-migrated-'))
  try {
    const path = join(folder, 'migrated.db')
    await migrate({ url: `file:${path}` })
    const connection = new FileConnection(path)
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    connection.close()
    return readFileSync(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
