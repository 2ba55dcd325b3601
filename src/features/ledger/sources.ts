/** What an entry's source may look like: colons between words and ids, which have none themselves. */
export interface SourceForm<Slot extends string = string> {
  /** What every source of this form begins with. */
  start: string
  /** What SQLite's GLOB knows it by. */
  glob: string
  build(values: Readonly<Record<Slot, string | number>>): string
  /** The values of a source of this form, or undefined for any other. */
  parse(source: string): Record<Slot, string> | undefined
  /** The source as SQL, of values that are SQL; `before` ends it in front of that slot. */
  sql(values: Readonly<Partial<Record<Slot, string>>>, before?: Slot): string
}

type SlotsIn<Shape extends string> = Shape extends `${string}{${infer Slot}}${infer Rest}`
  ? Slot | SlotsIn<Rest>
  : never

/** @param wide slots that hold another source, with what that is known by */
function form<const Shape extends string>(
  shape: Shape,
  wide: Readonly<Record<string, string>> = {},
): SourceForm<SlotsIn<Shape>> {
  // Literals stand at the even places, slots at the odd ones.
  const parts = shape.split(/\{(\w+)\}/)
  const join = (literal: (text: string) => string, slot: (name: string) => string) =>
    parts.map((part, place) => (place % 2 === 0 ? literal(part) : slot(part)))
  const known = new RegExp(`^${join(String, (name) => `(?<${name}>${wide[name] ? '.+' : '[^:]+'})`).join('')}$`)
  return {
    start: parts[0]!,
    glob: join(String, (name) => wide[name] ?? '*').join(''),
    build: (values) => join(String, (name) => String(values[name as SlotsIn<Shape>])).join(''),
    parse: (source) => known.exec(source)?.groups as Record<SlotsIn<Shape>, string> | undefined,
    sql: (values, before) => {
      const pieces = join(
        (text) => text && `'${text}'`,
        (name) => values[name as SlotsIn<Shape>]!,
      )
      const end = before === undefined ? pieces.length : parts.findIndex((part, place) => place % 2 && part === before)
      return pieces.slice(0, end).filter(Boolean).join(' || ')
    },
  }
}

const charge = 'charge:*:*:*'

/**
 * Everything that can move money, and the one place where its name is made and known again: docs/money.md and docs/billing.md
 * say what each is. The first that fits a source is its form, so the commonest stand first, and longer ones before shorter.
 */
export const sources = {
  period: form('charge:{subscription}:period:{index}'),
  upgrade: form('charge:{subscription}:upgrade:{number}'),
  nthRefundOfCharge: form('refund:{charge}:{nth}', { charge }),
  refundOfCharge: form('refund:{charge}', { charge }),
  taxOfCharge: form('tax:{charge}', { charge }),
  taxOfRefund: form('tax:{refund}', { refund: `refund:${charge}` }),
  discountOfCharge: form('discount:{charge}', { charge }),
  discountOfRefund: form('discount:{refund}', { refund: `refund:${charge}` }),
  topUp: form('top-up:{topUp}'),
  adjustment: form('adjustment:{id}'),
  paymentCase: form('payment-case:{case}'),
  debtPaid: form('owed:{broughtBy}'),
  closing: form('closing:{user}'),
  fee: form('top-up:{topUp}:fee'),
  feeReversed: form('top-up:{topUp}:fee:back:{nth}:{entry}'),
  feeAgain: form('top-up:{topUp}:fee:again:{nth}'),
  topUpReversed: form('top-up:{topUp}:back:{nth}:{entry}'),
  receivable: form('top-up:{topUp}:owed:{nth}'),
  topUpAgain: form('top-up:{topUp}:again:{nth}'),
  refundSent: form('top-up:{topUp}:refund:{refund}:{entry}'),
  refundReserved: form('refund:{refund}:reserved'),
  refundVoided: form('refund:{refund}:voided'),
  voucherReversed: form('voucher:{use}:back:{nth}:{entry}'),
  voucherOwed: form('voucher:{use}:owed:{nth}'),
  voucherAgain: form('voucher:{use}:again:{nth}'),
  voucher: form('voucher:{use}'),
} as const

export type SourceName = keyof typeof sources
