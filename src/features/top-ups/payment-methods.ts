import type { Config } from '../../config'
import { boundsOf, hundredths } from '../../config/payments'
import { invalid } from '../../http/input/input'
import type { Locale } from '../../lib/locale'
import { proportion, type Rupiah, rupiah, toJson } from '../../lib/money'
import { translate } from '../../lib/translate'
import type { PaymentMethod } from '../../payments'

type Kind = 'redirect' | 'bank_transfer' | 'e_wallet' | 'qr' | 'card'

const methods: [PaymentMethod, string, Kind][] = [
  ['snap', 'Payment page', 'redirect'],
  ['bca_va', 'BCA virtual account', 'bank_transfer'],
  ['bni_va', 'BNI virtual account', 'bank_transfer'],
  ['bri_va', 'BRI virtual account', 'bank_transfer'],
  ['permata_va', 'Permata virtual account', 'bank_transfer'],
  ['mandiri_bill', 'Mandiri bill payment', 'bank_transfer'],
  ['gopay', 'GoPay', 'e_wallet'],
  ['shopeepay', 'ShopeePay', 'e_wallet'],
  ['qris', 'QRIS', 'qr'],
  ['credit_card', 'Credit card', 'card'],
]

export const listPaymentMethods = (config: Config, locale?: Locale) =>
  methods.map(([method, name, kind]) => {
    const rule = config.paymentMethods[method] ?? {}
    return {
      method,
      name: translate(name, locale),
      kind,
      enabled: rule.enabled ?? true,
      ...boundsOf(method, rule),
      fee: { fixed: rule.fee?.fixed ?? 0, percent: rule.fee?.percent ?? 0 },
    }
  })

/**
 * What a top-up of this amount costs on top by this method, in rupiah.
 * @throws AppError VALIDATION_ERROR if the method is switched off or the amount out of its bounds
 */
export function getFee(config: Config, method: PaymentMethod, amount: Rupiah): Rupiah {
  const { enabled, minimum, maximum, fee } = listPaymentMethods(config).find((each) => each.method === method)!
  const asked = toJson(amount)
  const tell = (path: string, message: string) => invalid('body', [{ path, message }])
  if (!enabled) throw tell('/method', `${method} is not offered here`)
  if (asked > maximum) throw tell('/amount', `At most ${maximum} can be paid by ${method}`)
  if (asked < minimum) throw tell('/amount', `At least ${minimum} must be paid by ${method}`)
  // One rounding, half up, in hundredths of a percent.
  return rupiah(fee.fixed) + proportion(amount, BigInt(hundredths(fee.percent)), 10_000n)
}
