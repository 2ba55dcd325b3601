import type { Locale } from '../../lib/locale'

/** What of the words of a thing is said otherwise in Indonesian; the rest is shown as it is. */
export interface Translations<T> {
  id?: Partial<T>
}

export interface Words {
  name: string
  description: string
}

export interface PlanWords {
  name: string
  features: string[]
}

/** The same thing with its words in that language. */
export const inLanguage = <T extends { translations: Translations<object> }>(thing: T, locale: Locale): T =>
  locale === 'en' ? thing : { ...thing, ...thing.translations.id }

/** In one order and without what says nothing, so that the same words are the same value. */
export function inNormalForm<T extends object>({ id = {} }: Translations<T>): Translations<T> {
  const said = Object.entries(id).filter(([, words]) => words !== undefined)
  return said.length === 0 ? {} : { id: Object.fromEntries(said.sort(([a], [b]) => (a < b ? -1 : 1))) as Partial<T> }
}

/** What somebody wants, with its words in that form. */
export const withNormalWords = <T extends { translations?: Translations<object> }>(wanted: T): T =>
  wanted.translations === undefined ? wanted : { ...wanted, translations: inNormalForm(wanted.translations) }
