import type { PaymentMethod } from '../../payments'
import { maxTopUp, minTopUp } from './schema'

type Kind = 'redirect' | 'bank_transfer' | 'e_wallet' | 'qr' | 'card'

const methods: [PaymentMethod, string, Kind, maximum?: number][] = [
  ['snap', 'Payment page', 'redirect'],
  ['bca_va', 'BCA virtual account', 'bank_transfer'],
  ['bni_va', 'BNI virtual account', 'bank_transfer'],
  ['bri_va', 'BRI virtual account', 'bank_transfer'],
  ['permata_va', 'Permata virtual account', 'bank_transfer'],
  ['mandiri_bill', 'Mandiri bill payment', 'bank_transfer'],
  ['gopay', 'GoPay', 'e_wallet', 20_000_000],
  ['shopeepay', 'ShopeePay', 'e_wallet', 20_000_000],
  ['qris', 'QRIS', 'qr', 10_000_000],
  ['credit_card', 'Credit card', 'card'],
]

export const listPaymentMethods = () =>
  methods.map(([method, name, kind, maximum = maxTopUp]) => ({
    method,
    name,
    kind,
    enabled: true,
    minimum: minTopUp,
    maximum,
    fee: { fixed: 0, percent: 0 },
  }))

/** The most that may be paid at once by a method, in rupiah. */
export const maximumOf = (method: PaymentMethod): number => methods.find(([name]) => name === method)?.[3] ?? maxTopUp
