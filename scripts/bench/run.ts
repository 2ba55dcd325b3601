/** What every part of the bench is given. */
export interface Run {
  /** Starts the server that is measured. */
  command: string[]
  /** For files; emptied at the end. */
  folder: string
  quick: boolean
  rounds: number
  roundMs: number
  warmupMs: number
  connections: number
  tell(text: string): void
}
