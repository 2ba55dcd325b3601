import { second } from '../../lib/clock'
import { Turns } from '../../lib/turns'

/** How long the provider may be asked in one turn, all questions together. */
const turnMs = 25 * second
/** How long anybody waits for theirs: below what a browser or a job has in all. */
const waitMs = 20 * second

/** Asking and booking go together: an answer that was overtaken by a newer one must not be booked after it. */
const turns = new Turns()

export interface Turn {
  /** What is left of its time for asking the provider. */
  leftMs(): number
}

/**
 * What is done about an order at the provider, one thing after another.
 * @throws AppError UNAVAILABLE if others take too long
 */
export const inTurn = <T>(orderId: string, act: (turn: Turn) => Promise<T>): Promise<T> =>
  turns.take(orderId, () => act(beginTurn()), waitMs)

function beginTurn(): Turn {
  const end = performance.now() + turnMs
  return { leftMs: () => end - performance.now() }
}
