import { type Locale, preferredLocale } from '../lib/locale'

/** The language that a caller asks for; undefined where it names none of ours. */
export const localeOf = (request: Request): Locale | undefined =>
  preferredLocale(request.headers.get('accept-language'))
