import type { RE2JS } from 're2js'
import { setBounded } from '../lib/bounded-map'

/** Compiled ones that are kept: a shop has fewer. */
const mostKept = 500
/** `{n}` within `{m}` counts as their product, which is how large the program gets. */
const mostRepeats = 100
const mostSteps = 300

const kept = new Map<string, RE2JS>()

/**
 * Whether a text has a part of this form. The pattern may be an operator's and the text a customer's, and both meet on the one
 * thread: RE2's engine takes time in proportion to the text, whatever the pattern says; it knows no look-around and no `\1`.
 */
export const matches = (pattern: string, text: string): boolean => compiled(pattern).test(text)

/** Why a text can't be a pattern, or nothing. */
export function findPatternFault(pattern: string): string | undefined {
  const counts = [...pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, least, most]) =>
    Math.max(1, Number(most || least)),
  )
  if (counts.reduce((product, count) => product * count, 1) > mostRepeats)
    return `repeats more than ${mostRepeats} times: say it by the length`
  try {
    return compiled(pattern).programSize() > mostSteps ? 'is too large' : undefined
  } catch {
    return 'is not a regular expression of RE2, which has no look-around and no back-references'
  }
}

function compiled(pattern: string): RE2JS {
  const known = kept.get(pattern)
  if (known) return known
  // Eight megabytes and 40 ms that most starts never need.
  const { RE2JS } = require('re2js') as typeof import('re2js')
  const made = RE2JS.compile(pattern)
  setBounded(kept, mostKept, pattern, made)
  return made
}
