/** What the database said no with: `code` is SQLite's extended name, the message is SQLite's own or a trigger's RAISE text. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'

  constructor(
    message: string,
    readonly code: string,
    readonly rawCode?: number,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }

  /** As `LibsqlError` of @libsql/client carries it. */
  get extendedCode(): string {
    return this.code
  }
}

const maxCauses = 5

/** The database's refusal inside an error, however deep a driver or an ORM has wrapped it. */
export function databaseErrorOf(error: unknown): DatabaseError | undefined {
  let current = error
  for (let depth = 0; depth < maxCauses && current instanceof Error; depth++) {
    if (current instanceof DatabaseError) return current
    if (current.name.startsWith('Libsql')) return fromRemote(current as RemoteError)
    current = current.cause
  }
  return undefined
}

/** A row with this key is already there: a unique index or a primary key refused. */
export function isUniqueViolation(error: unknown): boolean {
  const code = databaseErrorOf(error)?.code
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

/** Another connection holds the lock that was asked for. */
export const isBusy = (error: unknown): boolean => databaseErrorOf(error)?.code.startsWith('SQLITE_BUSY') ?? false

interface NativeError extends Error {
  code?: unknown
  rawCode?: number
}

// Extended codes that the native module knows only by number.
const codeNames: Record<number, string> = { 3091: 'SQLITE_CONSTRAINT_DATATYPE', 2835: 'SQLITE_CONSTRAINT_PINNED' }

/** An error of the native module as a `DatabaseError`; anything that did not come from SQLite stays what it is. */
export function fromNative(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseError) return error
  const { code, rawCode, message } = error as NativeError
  if (typeof code === 'string' && code !== '') {
    return new DatabaseError(message, codeNames[rawCode ?? 0] ?? code, rawCode, { cause: error })
  }
  return error
}

interface RemoteError extends Error {
  code?: string
  extendedCode?: string
  rawCode?: number
}

// A server names a broken constraint only in words; what matches none of them was raised by a trigger.
const constraintsByWords: [RegExp, string][] = [
  [/^UNIQUE constraint failed/, 'SQLITE_CONSTRAINT_UNIQUE'],
  [/^CHECK constraint failed/, 'SQLITE_CONSTRAINT_CHECK'],
  [/^NOT NULL constraint failed/, 'SQLITE_CONSTRAINT_NOTNULL'],
  [/^FOREIGN KEY constraint failed/, 'SQLITE_CONSTRAINT_FOREIGNKEY'],
  [/^cannot store \w+ value in/, 'SQLITE_CONSTRAINT_DATATYPE'],
]

function fromRemote(error: RemoteError): DatabaseError {
  const message = error.message.replace(/^(?:[A-Z][A-Z_0-9]+: )+/, '').replace(/^SQLite error: /, '')
  const code = error.extendedCode ?? extendedCodeOf(error.code ?? 'SQLITE_UNKNOWN', message)
  return new DatabaseError(message, code, error.rawCode, { cause: error })
}

function extendedCodeOf(code: string, message: string): string {
  if (code !== 'SQLITE_CONSTRAINT') return code
  return constraintsByWords.find(([words]) => words.test(message))?.[1] ?? 'SQLITE_CONSTRAINT_TRIGGER'
}
