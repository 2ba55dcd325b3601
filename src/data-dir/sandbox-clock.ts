import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Movable } from '../lib/clock'
import { AppError } from '../lib/errors'

const pathIn = (dataDir: string): string => join(dataDir, 'sandbox-clock.json')

/** The machine's clock, moved forward by as much as was asked for. It is remembered, so that a restart does not go back in time. */
export class SandboxClock implements Clock, Movable {
  #offsetMs: number

  constructor(private readonly dataDir: string) {
    this.#offsetMs = readOffset(dataDir)
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetMs)
  }

  get offsetMs(): number {
    return this.#offsetMs
  }

  /** Written down first: nothing is ever saved at a time that a restart would not know. */
  move(ms: number): void {
    const path = pathIn(this.dataDir)
    writeFileSync(`${path}.new`, JSON.stringify({ offsetMs: this.#offsetMs + ms }))
    renameSync(`${path}.new`, path)
    this.#offsetMs += ms
  }
}

/** @throws AppError CONFIG_FAILED where the time of this data was moved: a real payment provider or cluster lives in the present */
export function assertClockNeverMoved(dataDir: string): void {
  if (readOffset(dataDir) === 0) return
  throw new AppError(
    'CONFIG_FAILED',
    'DATA_DIR: the clock of this data was moved in a sandbox; beside a real payment provider or cluster it can’t go on. Use another folder',
  )
}

function readOffset(dataDir: string): number {
  let text: string
  try {
    text = readFileSync(pathIn(dataDir), 'utf8')
  } catch {
    return 0
  }
  const offsetMs = offsetIn(text)
  if (offsetMs === undefined) throw new AppError('CONFIG_FAILED', 'DATA_DIR: sandbox-clock.json can’t be read')
  return offsetMs
}

function offsetIn(text: string): number | undefined {
  try {
    const { offsetMs } = JSON.parse(text)
    return Number.isSafeInteger(offsetMs) && offsetMs >= 0 ? offsetMs : undefined
  } catch {
    return undefined
  }
}
