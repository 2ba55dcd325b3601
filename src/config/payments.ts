import Type from 'typebox'
import { Errors } from 'typebox/value'
import { type PaymentMethod, paymentMethods } from '../payments'
import type { Parse } from './values'
import { variable } from './variable'

/** The bounds of one top-up, whatever its method; whole rupiah. */
export const minTopUp = 10_000
export const maxTopUp = 100_000_000

/** What the provider takes in one payment, fee included; the other methods take more than we do. */
const mostByMethod: Partial<Record<PaymentMethod, number>> = {
  gopay: 20_000_000,
  shopeepay: 20_000_000,
  qris: 10_000_000,
}

const Sum = Type.Integer({ minimum: 0, maximum: 1_000_000_000 })
const Closed = { additionalProperties: false }

const MethodRule = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean()),
    minimum: Type.Optional(Sum),
    maximum: Type.Optional(Sum),
    fee: Type.Optional(
      Type.Object(
        {
          fixed: Type.Optional(Sum),
          percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100, multipleOf: 0.01 })),
        },
        Closed,
      ),
    ),
  },
  Closed,
)

/** What the operator says of a method; what is not said is as the provider has it. Money in whole rupiah. */
interface MethodRule {
  enabled?: boolean
  minimum?: number
  maximum?: number
  /** What the customer pays on top: a sum, and percent of the top-up with two decimals at most. */
  fee?: { fixed?: number; percent?: number }
}

type MethodRules = Partial<Record<PaymentMethod, MethodRule>>

/** What a top-up by this method may be, so that with its fee it is no more than the provider takes. */
export function boundsOf(method: PaymentMethod, rule: MethodRule = {}): { minimum: number; maximum: number } {
  const { minimum = minTopUp, maximum = maxTopUp, fee } = rule
  const most = mostByMethod[method]
  const withFee =
    most === undefined
      ? maxTopUp
      : Math.floor(((most - (fee?.fixed ?? 0)) * 10_000) / (10_000 + hundredths(fee?.percent ?? 0)))
  return { minimum: Math.max(minimum, minTopUp), maximum: Math.min(maximum, maxTopUp, withFee) }
}

/** Percent with two decimals as a whole number. */
export const hundredths = (percent: number): number => Math.round(percent * 100)

const Rules = Type.Object(Object.fromEntries(paymentMethods.map((name) => [name, Type.Optional(MethodRule)])), Closed)

const methodRules: Parse<MethodRules> = (value) => {
  let rules: unknown
  try {
    rules = JSON.parse(value)
  } catch {
    throw new Error('must be JSON like {"gopay":{"fee":{"percent":2}},"credit_card":{"enabled":false}}')
  }
  const [first] = Errors(Rules, rules)
  if (first)
    throw new Error(`${first.instancePath || '/'} ${first.keyword === 'boolean' ? 'is not known' : first.message}`)
  for (const [method, rule] of Object.entries(rules as MethodRules)) {
    const { minimum, maximum } = boundsOf(method as PaymentMethod, rule)
    if (minimum > maximum) throw new Error(`${method}: at least ${minimum}, but at most ${maximum} could be paid`)
  }
  return rules as MethodRules
}

export const paymentVariables = {
  paymentMethods: variable<MethodRules>({
    name: 'PAYMENT_METHODS',
    parse: methodRules,
    fallback: {},
    shown: 'all, without fees',
    description:
      'Which ways to pay are offered, as JSON by method: `{"gopay":{"enabled":true,"minimum":20000,"maximum":2000000,"fee":{"fixed":0,"percent":2}}}`. A fee is paid on top of the top-up.',
  }),
}
