import { AppError } from '../../lib/errors'
import type { Template } from '../../templates'

export const licenceUnconfirmed =
  'The licence asks for an agreement with its maker: confirm that there is one (confirmLicence)'

/** @throws AppError INVALID_STATE for a template that may be sold only with an agreement which nobody has confirmed */
export function assertLicence({ licence }: Template, confirmed: boolean | undefined): void {
  if (licence.resale === 'free' || confirmed) return
  throw new AppError('INVALID_STATE', licenceUnconfirmed, { licence: licence.spdx, note: licence.note })
}
