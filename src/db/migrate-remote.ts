import type { Client } from '@libsql/client'
import { createClient } from '@libsql/client/web'
import { AppError } from '../lib/errors'
import { isUniqueViolation } from './errors'
import { type DatabaseLocation, openFailure, withoutSecrets } from './location'
import type { ResolvedMigrateOptions } from './migrate'
import {
  type Applied,
  hashOf,
  historyTable,
  insertHistory,
  type Migration,
  pendingAfter,
  refusal,
  selectHistory,
  statementsOf,
} from './migration'
import { plainly } from './remote-scope'

export async function migrateRemote(location: DatabaseLocation, options: ResolvedMigrateOptions): Promise<string[]> {
  const client = createClient({ url: location.url, authToken: location.authToken })
  try {
    await plainly(client.execute(historyTable))
    return await applyAll(client, options)
  } catch (error) {
    const failure = openFailure(withoutSecrets(location.url), error)
    if (failure instanceof AppError) throw failure
    throw refusal(`${withoutSecrets(location.url)} cannot be reached`, error)
  } finally {
    client.close()
  }
}

async function applyAll(client: Client, { migrations, clock }: ResolvedMigrateOptions): Promise<string[]> {
  const applied: string[] = []
  for (;;) {
    const history = await historyOf(client)
    const [next] = pendingAfter(history, migrations)
    if (!next) return applied
    if (await applyOne(client, history.length + 1, next, clock.now())) applied.push(next.name)
  }
}

async function historyOf(client: Client): Promise<Applied[]> {
  const { rows } = await plainly(client.execute(selectHistory))
  return rows.map((row) => ({ id: Number(row.id), name: String(row.name), hash: String(row.hash) }))
}

/** One batch, the history's row first: it is what a second process that does the same trips over. */
async function applyOne(client: Client, id: number, migration: Migration, now: Date): Promise<boolean> {
  const record = { sql: insertHistory, args: [BigInt(id), migration.name, hashOf(migration), BigInt(now.getTime())] }
  try {
    await plainly(client.migrate([record, ...statementsOf(migration)]))
    return true
  } catch (error) {
    if (isUniqueViolation(error) && (await historyOf(client)).length >= id) return false
    throw refusal(`migration ${migration.name} failed: ${(error as Error).message}`, error)
  }
}
