import { inNormalForm, type Translations } from '../translations'
import type { Said } from './shop'
import type { Changed } from './steps'

/** A thing of a file with its defaults in, and its words in the form in which they are kept. */
export function wholeOf<T extends object>(given: T, defaults: Said): T & Said {
  const whole: Said = { ...defaults, ...given }
  whole.translations = inNormalForm(whole.translations as Translations<object>)
  return whole as T & Said
}

/** What of a thing is to be otherwise; what neither says nor has a default stays. */
export function differences(there: Said, wanted: Said, names: string[]): Record<string, Changed> {
  const changed = names.filter((name) => wanted[name] !== undefined && !Bun.deepEquals(there[name], wanted[name]))
  return Object.fromEntries(changed.map((name) => [name, { before: there[name], after: wanted[name] }]))
}

/** What a verb is asked for, whatever the version: the state of the whole catalog was compared before. */
export const change = <T>(input: T): { expected: undefined; input: T } => ({ expected: undefined, input })

export const inputOf = (changes: Record<string, Changed>): Said =>
  Object.fromEntries(Object.entries(changes).map(([name, { after }]) => [name, after]))
