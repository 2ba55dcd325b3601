import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../src/db'
import { FileConnection } from '../../src/db/connection'
import { type AuditedAct, recordAct } from '../../src/features/audit'
import { auditEntries } from '../../src/features/audit/tables'
import { placeDatabase } from '../support/fresh-database'

const triggers = ['audit_entries_number', 'audit_entries_chain', 'audit_entries_immutable', 'audit_entries_keep']

export interface Scratch {
  db: Database
  path: string
  record(act?: Partial<AuditedAct>): Promise<void>
  entries(): Promise<(typeof auditEntries.$inferSelect)[]>
  /** What somebody with the file in their hands can do: the triggers are gone, and nothing refuses. The next turn of the event loop sees it. */
  damage(sql: string): Promise<void>
  close(): Promise<void>
}

/** A database file of its own with the product's migrations, and nothing else. */
export async function openScratch(): Promise<Scratch> {
  const folder = mkdtempSync(join(tmpdir(), 'minispod-audit-'))
  const path = join(folder, 'test.db')
  await placeDatabase(path)
  const db = await openDatabase({ url: `file:${path}` })
  let intruder: FileConnection | undefined
  return {
    db,
    path,
    record: (act) =>
      db.write((tx) =>
        recordAct(tx, { action: 'test', target: { kind: 'plan', id: 'x' }, at: new Date(1_000), ...act }),
      ),
    entries: () => db.read.select().from(auditEntries).orderBy(auditEntries.number).all(),
    async damage(sql) {
      if (!intruder) {
        intruder = new FileConnection(path, { busyTimeoutMs: 1_000 })
        for (const trigger of triggers) intruder.exec(`DROP TRIGGER ${trigger}`)
      }
      intruder.exec(sql)
      await new Promise((resolve) => setImmediate(resolve))
    },
    async close() {
      intruder?.close()
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
