import { accessSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../lib/errors'
import { databaseErrorOf } from './errors'

/** Where the database is: a `file:` URL, or the URL of a libSQL server and the token it asks for. */
export interface DatabaseLocation {
  url: string
  authToken?: string
}

const remoteSchemes = /^(?:https?|libsql|wss?):\/\//

export const isRemote = ({ url }: DatabaseLocation): boolean => remoteSchemes.test(url)

/** The path of a `file:` URL, absolute or relative to the working directory. */
export function pathOf({ url }: DatabaseLocation): string {
  if (!url.startsWith('file:') || /[?#]/.test(url)) {
    throw configFailed(
      `DATABASE_URL must be file:…, http(s)://… or libsql://…, without parameters; got ${withoutSecrets(url)}`,
    )
  }
  try {
    return url.startsWith('file:/') ? fileURLToPath(url) : resolve(decodeURIComponent(url.slice('file:'.length)))
  } catch (error) {
    throw configFailed(`DATABASE_URL is not a usable file URL: ${url}`, error)
  }
}

/**
 * Makes sure that a database can be kept at `path`: its folder exists, the file can be written, and only its owner may read it.
 * A file that is there is not opened: closing it would take away the locks of every connection that this process has to it, and
 * whoever opened it next, from outside, would believe to be alone and remove the log under a running server.
 */
export function ensureDatabaseFile(path: string): void {
  try {
    const known = statSync(path, { throwIfNoEntry: false })
    if (known?.isDirectory()) throw new Error('it is a directory')
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    if (known) accessSync(path, constants.R_OK | constants.W_OK)
    else closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    throw configFailed(`The database ${path} cannot be used: ${(error as Error).message}`, error)
  }
}

/** Says plainly why a database could not be opened; an error that has nothing to do with the database stays as it is. */
export function openFailure(where: string, error: unknown): unknown {
  if (error instanceof AppError) return error
  const found = databaseErrorOf(error)
  if (!found) return error
  const reason = reasons[found.code] ?? (found.code.startsWith('SQLITE_IOERR') ? ioError : found.message)
  return configFailed(`The database ${where} cannot be used: ${reason}`, error)
}

/** A URL as it may be shown: without user, password and query. */
export const withoutSecrets = (url: string): string => url.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/, '')

const reasons: Record<string, string> = {
  SQLITE_NOTADB: 'the file is not a database, or it is encrypted',
  SQLITE_CORRUPT: 'the file is damaged; restore it from a backup',
  SQLITE_READONLY: 'it is read-only',
  SQLITE_CANTOPEN: 'SQLite cannot open it or the files beside it (-wal, -shm)',
  SQLITE_FULL: 'the disk is full',
}

const ioError = 'the disk refuses to be read or written, as a full one does'

const configFailed = (message: string, cause?: unknown): AppError =>
  new AppError('CONFIG_FAILED', message, undefined, { cause })
