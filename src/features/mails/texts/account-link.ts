import type { Locale } from '../../../lib/locale'
import type { MailContent, MailWords } from '../content'

const labels: Record<Locale, string> = { id: 'Buka akun Anda', en: 'Open your account' }

/** Where the customer does what the mail speaks of. */
export const accountLink = (locale: Locale, { accountUrl }: Pick<MailWords, 'accountUrl'>): MailContent['link'] => ({
  label: labels[locale],
  url: accountUrl,
})
