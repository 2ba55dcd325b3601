import { indonesian } from './indonesian'
import type { Locale } from './locale'

interface Pattern {
  form: RegExp
  text: string
}

const whole = new Map<string, string>()
const patterns: Pattern[] = []
for (const [english, text] of Object.entries(indonesian)) {
  if (!english.includes('{}')) whole.set(english, text)
  else patterns.push({ form: new RegExp(`^${english.split('{}').map(RegExp.escape).join('(.+?)')}$`), text })
}
/** Longer than any of our texts with what stands in it; beyond that nothing is looked for. */
const longest = 500

/** A text of ours in another language, by its English words; one that is not in the table stays as it is. */
export function translate(english: string, locale: Locale | undefined): string {
  if (locale !== 'id' || english.length > longest) return english
  const found = whole.get(english)
  if (found !== undefined) return found
  for (const { form, text } of patterns) {
    const values = form.exec(english)
    if (values) {
      let next = 0
      return text.replaceAll('{}', () => values[++next] ?? '')
    }
  }
  return english
}
