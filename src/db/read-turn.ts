import type { FileConnection } from './connection'

/**
 * What is read in one turn of the event loop is read in one transaction: to take and give back SQLite's lock costs as much as to find a
 * row. It ends with the turn, and before each commit of ours, which the next read must see.
 */
export class ReadTurn {
  readonly #connection: FileConnection
  #begun = false
  readonly #end = () => this.end()

  constructor(connection: FileConnection) {
    this.#connection = connection
  }

  begin(): void {
    if (this.#begun) return
    this.#connection.exec('BEGIN')
    this.#begun = true
    setImmediate(this.#end)
  }

  end(): void {
    if (!this.#begun) return
    this.#begun = false
    // SQLite ends it by itself where a read fails badly.
    if (this.#connection.inTransaction) this.#connection.exec('COMMIT')
  }
}
