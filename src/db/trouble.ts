import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../lib/errors'
import { databaseErrorOf } from './errors'

/** Why nothing can be saved: the file is no longer where it was, or the disk refuses to be written. */
export const troubles = ['database-gone', 'disk-full', 'read-only', 'disk-failing'] as const
export type Trouble = (typeof troubles)[number]

/** Somebody has to make room first. */
const retryAfterSeconds = 30
/** A disk with less is as good as full: one order may fit where the next one does not. */
const leastRoomBytes = 1024 * 1024

const byCode: [RegExp, Trouble][] = [
  [/^SQLITE_FULL/, 'disk-full'],
  [/^SQLITE_READONLY/, 'read-only'],
  [/^SQLITE_(?:IOERR|CANTOPEN|CORRUPT|NOTADB)/, 'disk-failing'],
]

/** Undefined for what is the fault of a statement, not of the place where the database lies. */
export function troubleOf(error: unknown): Trouble | undefined {
  const code = databaseErrorOf(error)?.code
  return code === undefined ? undefined : byCode.find(([codes]) => codes.test(code))?.[1]
}

export const describeTrouble: Record<Trouble, string> = {
  'database-gone': 'the file was removed or replaced under the running server',
  'disk-full': 'the disk is full',
  'read-only': 'the file or its disk is read-only',
  'disk-failing': 'the disk refuses to be read or written',
}

/** The reason in a refusal that was made of it. */
export function troubleIn(error: unknown): Trouble | undefined {
  const reason = error instanceof AppError ? String(error.details?.reason) : ''
  return reason in describeTrouble ? (reason as Trouble) : undefined
}

export function hasRoom(path: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(path))
  return bavail * bsize >= leastRoomBytes
}

export const refuseFor = (reason: Trouble, cause?: unknown): AppError =>
  new AppError('UNAVAILABLE', 'Nothing can be saved at the moment', { reason, retryAfterSeconds }, { cause })
