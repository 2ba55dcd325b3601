import { statSync } from 'node:fs'

/** A file that is open, and the path that led to it. Asking opens nothing: that would take SQLite's locks away. */
export class FileIdentity {
  readonly #path: string
  readonly #known: string | undefined

  constructor(path: string) {
    this.#path = path
    this.#known = identityOf(path)
  }

  /** Whether the path leads to this file no more: it was removed or moved away, and what is written to it is lost. What was not there yet is not gone. */
  isGone(): boolean {
    try {
      return this.#known !== undefined && identityOf(this.#path) !== this.#known
    } catch {
      // Not to be seen is not to be gone.
      return false
    }
  }
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  return found && `${found.dev} ${found.ino}`
}
