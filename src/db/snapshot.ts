import type { Client } from '@libsql/client'
import { FileConnection } from './connection'
import { RemoteReadScope } from './remote-scope'
import { ReadScope } from './scope'
import { type Drizzle, ScopedDrizzle } from './scoped-drizzle'
import { type SqlValue, toBoundAll } from './values'
import { vetRead } from './vet'

const cacheKiB = 16 * 1024
const busyMs = 1_000

/** A look at the database for a long time, beside everything that goes on. */
export interface Snapshot {
  /** Of a file, as it was at one moment. A server holds no moment for that long: there each statement sees its own. */
  readonly read: Drizzle
  all(sql: string, args?: readonly unknown[]): Promise<SqlValue[][]>
  close(): Promise<void>
}

/**
 * A connection of its own in one read transaction. Nothing waits for it, but while it is open the write-ahead log can't be emptied.
 * Without a memory map: what it reads shows in no one's memory, and a file cut short is an error, not the end of the process.
 */
export function openFileSnapshot(path: string): Snapshot {
  const connection = new FileConnection(path, { busyTimeoutMs: busyMs, vet: vetRead })
  try {
    connection.exec(`
      PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-${cacheKiB}; PRAGMA mmap_size=0;
      PRAGMA wal_autocheckpoint=0; PRAGMA query_only=ON; BEGIN`)
    // The moment is that of the first read.
    connection.first('SELECT count(*) FROM sqlite_schema')
  } catch (error) {
    connection.close()
    throw error
  }
  return {
    read: new ScopedDrizzle(new ReadScope(connection)),
    all: async (sql, args = []) => connection.all(sql, toBoundAll(args)),
    close: async () => {
      if (connection.closed) return
      // The file itself is let go later: the moment that it holds must not be held until then.
      if (connection.inTransaction) connection.exec('ROLLBACK')
      connection.close()
    },
  }
}

/** On a server, where whoever owns the client closes it. */
export function openRemoteSnapshot(home: object, client: Client): Snapshot {
  const scope = new RemoteReadScope(home, client)
  return {
    read: new ScopedDrizzle(scope),
    all: async (sql, args = []) => (await scope.all(sql, args)).map((row) => Array.from(row)),
    close: async () => {},
  }
}
