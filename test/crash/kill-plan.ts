import type { Random } from './random'

/** When the next kill comes. */
export type Kill =
  /** After so many more answers, and then so many milliseconds. */
  | { during: 'business'; answers: number; thenMs: number }
  /** So long after the process was started, ready or not: in the middle of recovering from the kill before. */
  | { during: 'start'; afterMs: number }

const shareAtStart = 0.25
const longestStartMs = 420
const mostAnswers = 12
const mostMsAfter = 20
/** Now and then a server lives long enough for apps to get ready, and for what can only be done then. */
const shareOfLongLives = 0.06
const longLifeMs = 3_000

export function planKill(random: Random): Kill {
  if (random.chance(shareAtStart)) return { during: 'start', afterMs: random.between(0, longestStartMs) }
  const thenMs = random.between(0, mostMsAfter) + (random.chance(shareOfLongLives) ? longLifeMs : 0)
  return { during: 'business', answers: random.between(1, mostAnswers), thenMs }
}
