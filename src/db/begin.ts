import { AppError } from '../lib/errors'
import type { FileConnection } from './connection'
import { isBusy } from './errors'

const firstRetryMs = 1
const maxRetryMs = 50

/** Takes the write lock. Waits for another process by sleeping, never inside SQLite: that would freeze the event loop. */
export async function beginImmediate(connection: FileConnection, deadlineMs: number): Promise<void> {
  await retryWhileBusy(deadlineMs, () => connection.exec('BEGIN IMMEDIATE'))
}

/** Repeats what another process's lock refused; UNAVAILABLE when it is still refused after `deadlineMs`. */
export async function retryWhileBusy(deadlineMs: number, attempt: () => void): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, maxRetryMs)) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error)) throw error
      if (performance.now() > giveUpAt) {
        throw new AppError('UNAVAILABLE', 'The database is locked by another process', undefined, { cause: error })
      }
    }
    await Bun.sleep(waitMs)
  }
}
