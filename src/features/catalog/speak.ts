import type { Locale } from '../../lib/locale'
import { translate } from '../../lib/translate'
import { templates } from '../../templates'

interface Described {
  name: string
  description: string
}
interface Categorised extends Described {
  category: { name: string }
  plans: { features: string[] }[]
}

/** What the seed says of a service comes from its template, which says it in both languages. */
const descriptions = new Map(
  templates.flatMap(({ description: { en, id }, licence: { note } }) => [
    [en, id],
    [`${en} Licence: ${note}`, `${id} Lisensi: ${translate(note, 'id')}`],
  ]),
)

/** The same catalog in that language. Words that an operator has put in stay as they were written. */
export const speakCategories = <T extends Described>(categories: T[], locale: Locale): T[] =>
  locale === 'en' ? categories : categories.map((category) => ({ ...category, ...translated(category) }))

export function speakService<T extends Categorised>(service: T, locale: Locale): T {
  if (locale === 'en') return service
  const { description, category, plans } = service
  return {
    ...service,
    description: descriptions.get(description) ?? description,
    category: { ...category, name: translate(category.name, locale) },
    plans: plans.map((plan) => ({ ...plan, features: plan.features.map((feature) => translate(feature, locale)) })),
  }
}

const translated = ({ name, description }: Described): Described => ({
  name: translate(name, 'id'),
  description: translate(description, 'id'),
})
