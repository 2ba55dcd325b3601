import type { Tx } from '../db'

export interface JobContext {
  /** Aborted at the deadline, when the queue stops, when it is cancelled, and when the lease was lost. */
  signal: AbortSignal
  /** 1 for the first try. */
  attempt: number
  jobId: string
  /**
   * A sign of life for an administrator to see; may be called as often as one likes, the last one of each second is kept. Not there
   * where a job is run by itself, beside the queue.
   */
  report?(progress: Progress): void
}

export interface Progress {
  /** How much of whatever it does is done. */
  done?: number
  /** 200 characters are kept. No secrets. */
  text?: string
}

/**
 * Whether an administrator may cancel a job of this kind. What goes with it (`effect`) is done in the transaction in which the job
 * becomes CANCELLED.
 */
export type CancelRule<P extends object = object> =
  | { refused: string }
  | { refused?: undefined; effect?(tx: Tx, payload: P, at: Date): Promise<void> }

/** What one sort of job does. `run` must be idempotent: after a crash, a deadline or a stop it is run again. */
export interface JobKind<P extends object = object> {
  kind: string
  deadlineMs: number
  maxAttempts: number
  /** How many of this kind may run at a time. */
  concurrency?: number
  backoff?: Backoff
  /** Not at all, if not given: then what it does has to be done. */
  cancel?: CancelRule<P>
  run(payload: P, context: JobContext): Promise<void>
}

export interface Backoff {
  firstMs: number
  maxMs: number
}

/** Thrown by a job that knows what its failure means: no further try (`final`), or not before `retryAfterMs`. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure'

  constructor(
    message: string,
    readonly verdict: { final?: boolean; retryAfterMs?: number },
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** Why this kind can't be cancelled; undefined if it can. A job that nothing here knows how to run can be. */
export function cancelRefusal(kind: JobKind | undefined): string | undefined {
  if (!kind) return undefined
  return kind.cancel ? kind.cancel.refused : 'What a job of this kind does has to be done'
}

/** What goes with the end of a job that was cancelled. */
export async function afterCancel(tx: Tx, kind: JobKind | undefined, payload: object, at: Date): Promise<void> {
  if (kind?.cancel && kind.cancel.refused === undefined) await kind.cancel.effect?.(tx, payload, at)
}

const defaultBackoff: Backoff = { firstMs: 2_000, maxMs: 10 * 60_000 }
const maxRetryAfterMs = 6 * 60 * 60_000

/** Doubles with every attempt and takes off up to half at random, so that jobs that failed together don't come back together. */
export function retryDelayMs(kind: JobKind, attempt: number, error: unknown, random: () => number): number {
  const { firstMs, maxMs } = kind.backoff ?? defaultBackoff
  const grown = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30))
  const asked = error instanceof JobFailure ? (error.verdict.retryAfterMs ?? 0) : 0
  return Math.round(Math.max(grown * (1 - random() / 2), Math.min(asked, maxRetryAfterMs)))
}

export const isFinal = (error: unknown): boolean => error instanceof JobFailure && error.verdict.final === true

const maxErrorLength = 500

/** What is kept of an error for an administrator to read: its message alone, bounded. No stack, no cause, no other property. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : 'failed without an error'
  return text.length > maxErrorLength ? `${text.slice(0, maxErrorLength - 1)}…` : text
}
