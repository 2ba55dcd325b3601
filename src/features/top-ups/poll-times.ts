import { day, hour, minute, second } from '../../lib/clock'

export const firstPollMs = 30 * second
const longestPollMs = hour

/** An open order is asked after ever more rarely. */
export const pollDelayMs = (polls: number): number => Math.min(firstPollMs * 2 ** Math.min(polls, 20), longestPollMs)

/** After its end an order is looked at a few times more: a late payment or a bank's reversal that no notification told. */
const looksMs = [15 * minute, hour, 6 * hour, day, 3 * day, 7 * day, 30 * day]

export const firstLookMs = looksMs[0]!

/** Until the look after this many; undefined when there are no more. */
export const lookDelayMs = (looks: number): number | undefined => looksMs[looks + 1]
