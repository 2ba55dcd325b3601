import { day, hour, minute, second } from '../../lib/clock'

export const firstPollMs = 30 * second
const longestPollMs = hour

/** An open order is asked after ever more rarely; one that is open for long after its time, for a person, once a day. */
export const pollDelayMs = (polls: number, overdueMs = 0): number =>
  overdueMs > overdueForMs ? day : Math.min(firstPollMs * 2 ** Math.min(polls, 20), longestPollMs)

/** After an order's own expiry the provider is given this long to say so before we do. */
export const expiryGraceMs = 2 * hour
/** And so long where it says that it still waits. */
export const overdueForMs = day
/** A charge that the provider does not know after so long never arrived: nobody was told how to pay it. */
export const takenWithinMs = hour

/** After its end an order is looked at a few times more: a late payment or a bank's reversal that no notification told. */
const looksMs = [15 * minute, hour, 6 * hour, day, 3 * day, 7 * day, 30 * day]

export const firstLookMs = looksMs[0]!

/** Until the look after this many; undefined when there are no more. */
export const lookDelayMs = (looks: number): number | undefined => looksMs[looks + 1]
