import { databaseErrorOf } from '../db/errors'
import { openFailure } from '../db/location'
import { describeTrouble, troubleIn } from '../db/trouble'
import { AppError } from '../lib/errors'

const systemReasons: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'a file may not grow any further',
  EROFS: 'the disk is read-only',
  EIO: 'the disk can’t be read or written',
  EACCES: 'it may not be used by this user',
  EPERM: 'it may not be used by this user',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENOMEM: 'there is not enough memory',
}

/** What an operator can do something about, in their words; undefined for a fault of our own. */
export function lineOf(fault: unknown): string | undefined {
  const trouble = troubleIn(fault)
  if (trouble) return `The database cannot be written: ${describeTrouble[trouble]}`
  if (fault instanceof AppError) return fault.message
  if (databaseErrorOf(fault)) return lineOf(openFailure('in DATA_DIR', fault))
  const { code, path } = (fault ?? {}) as { code?: string; path?: string }
  const reason = systemReasons[code ?? '']
  return reason && `${path ?? 'DATA_DIR'}: ${reason} (${code})`
}
