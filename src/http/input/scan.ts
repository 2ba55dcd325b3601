import type { Problem } from './check'

/** Deeper than any input we describe. */
export const maxDepth = 32

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openings: ReadonlySet<number> = new Set([0x5b, 0x7b])
const closings: ReadonlySet<number> = new Set([0x5d, 0x7d])

/**
 * Whether a body has more levels, names or items than anything that fits, told from its signs before a value is made of it.
 * What is no JSON is not noticed here.
 */
export function findTooMuch(bytes: Uint8Array, maxValues: number): Problem | undefined {
  let depth = 0
  let values = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === quote) at = endOfText(bytes, at)
    else if (byte === comma) values++
    else if (closings.has(byte)) depth--
    else if (openings.has(byte)) {
      values++
      depth++
    }
    if (depth > maxDepth) return { path: '/', message: `Expected at most ${maxDepth} levels` }
    if (values > maxValues) return { path: '/', message: `Expected at most ${maxValues} names and items` }
  }
  return undefined
}

/** Where a text closes that opened at `start`. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) return at
    if (byte === backslash) at++
  }
  return bytes.length
}
