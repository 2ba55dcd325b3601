export type Locale = 'id' | 'en'

/** How a language writes money and time. */
export interface Words {
  rupiah(amount: number): string
  /** To the minute. */
  date(iso: string): string
  day(iso: string): string
  month(iso: string): string
}

const languages: Record<Locale, string> = { id: 'id-ID', en: 'en-GB' }

export function wordsOf(locale: Locale, timeZone: string): Words {
  const by = (form: keyof typeof forms) => (iso: string) => {
    const time = new Date(iso)
    return Number.isNaN(time.getTime()) ? iso : written(time, form, locale, timeZone)
  }
  return { rupiah: formatRupiah, date: by('date'), day: by('day'), month: by('month') }
}

/** `Rp 50.000` in both languages: that is how the amount stands on every bill in the country. */
export function formatRupiah(amount: number): string {
  const digits = String(Math.abs(Math.trunc(amount))).replace(/\B(?=(?:\d{3})+$)/g, '.')
  return `${amount < 0 ? '-' : ''}Rp ${digits}`
}

const forms = {
  date: {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  },
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

/** A time zone is called as it is in the country itself, WIB and not GMT+7, in both languages. */
function written(time: Date, form: keyof typeof forms, locale: Locale, timeZone: string): string {
  const parts = formatOf(form, locale, timeZone).formatToParts(time)
  const zone = formatOf(form, 'id', timeZone)
    .formatToParts(time)
    .find(({ type }) => type === 'timeZoneName')
  return parts.map(({ type, value }) => (type === 'timeZoneName' && zone ? zone.value : value)).join('')
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Kept: to make one costs more than a whole page. */
function formatOf(form: keyof typeof forms, locale: Locale, timeZone: string): Intl.DateTimeFormat {
  const key = `${form} ${locale} ${timeZone}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(languages[locale], { timeZone, ...forms[form] })
    formats.set(key, format)
  }
  return format
}

const maxAcceptLanguage = 500

/** The language of ours that a browser likes best by its `Accept-Language`; undefined where it names none of them. */
export function preferredLocale(accepted: string | null): Locale | undefined {
  let best: { locale: Locale; quality: number } | undefined
  for (const range of (accepted ?? '').slice(0, maxAcceptLanguage).split(',')) {
    const [, tag, written = '1'] = /^\s*(id|en)(?:-[\w-]*)?\s*(?:;\s*q=([\d.]+))?\s*$/i.exec(range) ?? []
    const quality = Number(written)
    if (tag === undefined || !(quality > 0)) continue
    if (!best || quality > best.quality) best = { locale: tag.toLowerCase() as Locale, quality }
  }
  return best?.locale
}
