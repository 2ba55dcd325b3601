import { retryWhileBusy } from './begin'
import { FileConnection } from './connection'
import { DatabaseError } from './errors'
import { vetRead, vetWrite } from './vet'

const cacheKiB = 16 * 1024
/** As much as SQLite maps at most: a statement lies scattered over the whole file, and a page of the map costs no call. */
const mmapBytes = 2_000 * 1024 * 1024
/** Pages in the write-ahead log after which a commit also checkpoints (16 MiB): the longer it is, the fewer pages go twice. */
const checkpointPages = 4_000
const walLimitBytes = 64 * 1024 * 1024
/** Reads never wait for a writer; this covers the moment in which another process recovers the log. */
const readBusyMs = 50

const shared = `
  PRAGMA foreign_keys=ON;
  PRAGMA trusted_schema=OFF;
  PRAGMA temp_store=MEMORY;
  PRAGMA cache_size=-${cacheKiB};
  PRAGMA mmap_size=${mmapBytes};
`

interface WriterOptions {
  busyDeadlineMs: number
  beside: boolean
}

/**
 * The connection that writes and checkpoints. WAL with FULL: a commit is on the disk before it is acknowledged.
 * Recursive triggers: without them INSERT OR REPLACE deletes a row past its delete trigger.
 */
export async function openWriter(path: string, { busyDeadlineMs, beside }: WriterOptions): Promise<FileConnection> {
  const connection = new FileConnection(path, { vet: vetWrite })
  try {
    await setWal(connection, busyDeadlineMs)
    connection.exec(`${shared}
      PRAGMA synchronous=FULL;
      PRAGMA recursive_triggers=ON;
      PRAGMA wal_autocheckpoint=${beside ? 0 : checkpointPages};
      PRAGMA journal_size_limit=${walLimitBytes};
    `)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

export function openReader(path: string): FileConnection {
  const connection = new FileConnection(path, { busyTimeoutMs: readBusyMs, vet: vetRead })
  connection.exec(`${shared} PRAGMA wal_autocheckpoint=0; PRAGMA query_only=ON;`)
  return connection
}

// Changing the journal mode needs the file alone for a moment; two processes may start at once.
async function setWal(connection: FileConnection, busyDeadlineMs: number): Promise<void> {
  await retryWhileBusy(busyDeadlineMs, () => connection.exec('PRAGMA journal_mode=WAL'))
  const mode = connection.first('PRAGMA journal_mode')?.[0]
  if (mode !== 'wal')
    throw new DatabaseError(`its file system cannot hold a write-ahead log (mode ${mode})`, 'SQLITE_ERROR')
}
