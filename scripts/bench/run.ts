/** What every part of the bench is given. */
export interface Run {
  /** Starts the server that is measured. */
  command: string[]
  /** For files; emptied at the end. */
  folder: string
  quick: boolean
  /** What stands in the paths of the reads that are measured. */
  path: string
  rounds: number
  roundMs: number
  warmupMs: number
  connections: number
  tell(text: string): void
}
