/** Neighbours on a keyboard: in a row, and one row up or down. */
const rows = ['`1234567890-=', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./']
/** What a row is shifted to the right of the first. */
const shifts = [0, 1.5, 1.75, 2.25]

const places = new Map<string, { x: number; y: number }>()
for (const [y, row] of rows.entries())
  for (const [x, key] of [...row].entries()) places.set(key, { x: x + shifts[y]!, y })

/** Whether a hand or a count goes on from one sign to the next: `aa`, `ab`, `98`, `qw`, `qa`. */
function goesOn(from: string, to: string): boolean {
  if (Math.abs(from.codePointAt(0)! - to.codePointAt(0)!) <= 1) return true
  const a = places.get(from)
  const b = places.get(to)
  return a !== undefined && b !== undefined && Math.abs(a.y - b.y) <= 1 && Math.abs(a.x - b.x) <= 1
}

/** How many signs do not simply go on from the one before: 1 for `1234567`, 3 for `1qaz2wsx3edc`. */
export function surprisesIn(text: string): number {
  const signs = [...text]
  return signs.filter((sign, index) => index === 0 || !goesOn(signs[index - 1]!, sign)).length
}

/** A walk over the keyboard, a count or the alphabet, whatever its few turns. */
export function isPattern(text: string): boolean {
  const { length } = [...text]
  return surprisesIn(text) * 4 <= length
}

/** One piece again and again, where the piece alone is shorter than `least`. */
export function isShortRepeat(text: string, least: number): boolean {
  const signs = [...text]
  for (let period = 1; period < Math.min(least, signs.length / 2 + 1); period++) {
    if (signs.every((sign, index) => index < period || sign === signs[index - period])) return true
  }
  return false
}
