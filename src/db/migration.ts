import { createHash } from 'node:crypto'
import { AppError } from '../lib/errors'

/** One reviewed step of the schema; its name is its file's, and once released its text never changes. */
export interface Migration {
  name: string
  sql: string
}

/** One row of the history that every database keeps of itself. */
export interface Applied {
  id: number
  name: string
  hash: string
}

export const historyTable = `CREATE TABLE IF NOT EXISTS schema_migrations (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, applied_at INTEGER NOT NULL
) STRICT`
export const selectHistory = 'SELECT id, name, hash FROM schema_migrations ORDER BY id'
export const insertHistory = 'INSERT INTO schema_migrations (id, name, hash, applied_at) VALUES (?, ?, ?, ?)'

const breakpoint = '--> statement-breakpoint'
// drizzle-kit writes it around a rebuilt table; inside a transaction it does nothing, and whoever migrates has done it before.
const foreignKeySwitch = /^PRAGMA\s+foreign_keys\s*=/i

/** The statements of a migration. Only the marker separates them: a trigger has semicolons inside. */
export function statementsOf({ sql }: Migration): string[] {
  return sql
    .split(breakpoint)
    .map((statement) => statement.trim())
    .filter((statement) => withoutComments(statement) !== '' && !foreignKeySwitch.test(withoutComments(statement)))
}

/** What identifies a migration's text; line endings don't count, because a checkout may change them. */
export function hashOf({ sql }: Migration): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
}

/**
 * What is still to be applied after `history`. Refuses with CONFIG_FAILED a history that is not the beginning of ours: made by a
 * newer program, or from a migration that was edited afterwards.
 */
export function pendingAfter(history: readonly Applied[], migrations: readonly Migration[]): Migration[] {
  history.forEach((applied, index) => {
    const ours = migrations[index]
    if (!ours) {
      throw refusal(
        `it already has migration ${applied.name}, which this program does not know. Start a program as new as the last one`,
      )
    }
    if (applied.name !== ours.name) {
      throw refusal(
        `its migration ${index + 1} is ${applied.name}, here it is ${ours.name}. It belongs to another line of the program`,
      )
    }
    if (applied.hash !== hashOf(ours)) {
      throw refusal(
        `migration ${ours.name} was applied with another text than this program carries. A released migration must not be edited`,
      )
    }
  })
  return migrations.slice(history.length)
}

export function refusal(reason: string, cause?: unknown): AppError {
  return new AppError('CONFIG_FAILED', `The database cannot be migrated: ${reason}.`, undefined, { cause })
}

const withoutComments = (sql: string): string =>
  sql
    .replace(/--[^\n]*/g, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .trim()
