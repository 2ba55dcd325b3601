import { supportAddress, url } from './values'
import { optional } from './variable'

/** How the business shows itself on pages and in mails, beside its name and address on receipts. */
export const brandVariables = {
  storeUrl: optional(
    'STORE_URL',
    'Where customers buy: the way home on our pages and in mails.',
    url('http:', 'https:'),
  ),
  logoUrl: optional(
    'BUSINESS_LOGO_URL',
    'Picture in the head of pages and mails instead of the name; mail programs load it, so it must be reachable from everywhere.',
    url('https:'),
  ),
  supportAddress: optional(
    'SUPPORT_ADDRESS',
    'Where customers ask for help, shown on pages and in mails: an e-mail address, a URL or a phone number such as `+62812…`.',
    supportAddress,
  ),
}

export interface Brand {
  name: string
  storeUrl?: string
  logoUrl?: string
  support?: string
}

interface Settings {
  businessName: string
  storeUrl: string | undefined
  logoUrl: string | undefined
  supportAddress: string | undefined
}

export const brandOf = ({ businessName, storeUrl, logoUrl, supportAddress }: Settings): Brand => ({
  name: businessName,
  storeUrl,
  logoUrl,
  support: supportAddress,
})
