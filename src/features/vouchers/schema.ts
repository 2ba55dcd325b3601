import { t } from 'elysia'
import { IdText, Instant, ListQuery, model, nullable, RupiahView, SaidText, words } from '../../http/schema'
import { codeForm, prefixForm } from '../../lib/text-forms'

const mostRupiah = 1_000_000_000_000
/** What one use can be worth: a bonus times its top-up fits into what SQLite counts with. */
const mostWorth = 1_000_000_000
const mostUses = 1_000_000
const mostNamed = 50

/** A code as somebody types it. */
export const VoucherCode = (description: string) =>
  t.String({
    minLength: 4,
    maxLength: 64,
    pattern: codeForm,
    description: `${description}. Capital letters, spaces and hyphens don’t matter`,
  })

const Purpose = words('first_period', 'top_up', 'credit')
const Percent = t.Integer({ minimum: 1, maximum: 100 })
const Rupiah = (description: string) => t.Integer({ minimum: 1, maximum: mostWorth, description })
const Ids = (description: string) => t.Array(IdText, { maxItems: mostNamed, uniqueItems: true, description })
const Moment = (description: string) => t.String({ format: 'date-time', description })
const Note = SaidText({ maxLength: 500, description: 'For administrators alone' })
const MaxUses = t.Integer({ minimum: 1, maximum: mostUses, description: 'Of all customers together' })
const PerCustomer = t.Integer({ minimum: 1, maximum: 100, description: 'How often one customer may use it' })

export const VoucherInput = model(
  'VoucherInput',
  t.Object({
    purpose: Purpose,
    code: t.Optional(VoucherCode('Your own; without one it is made, and nobody can guess it')),
    prefix: t.Optional(
      t.String({ pattern: prefixForm, maxLength: 12, description: 'What a code that is made begins with' }),
    ),
    amount: t.Optional(Rupiah('Whole rupiah; either this or `percent`')),
    percent: t.Optional(Percent),
    maximum: t.Optional(Rupiah('The most that `percent` comes to')),
    planIds: t.Optional(Ids('For these plans only; with `serviceIds` for what either names')),
    serviceIds: t.Optional(Ids('For all plans of these services')),
    minimumAmount: t.Optional(
      t.Integer({
        minimum: 0,
        maximum: mostRupiah,
        description: 'Of the price, as the catalog has it, or of the top-up',
      }),
    ),
    newCustomersOnly: t.Optional(t.Boolean({ description: 'Who never had an app; for a top-up, who never paid one' })),
    validFrom: t.Optional(Moment('Now, unless it is said')),
    validUntil: t.Optional(Moment('From then on it can’t be used any more')),
    maxUses: t.Optional(MaxUses),
    perCustomer: t.Optional(PerCustomer),
    note: t.Optional(Note),
  }),
)

export const VoucherChange = model(
  'VoucherChange',
  t.Object({
    validUntil: t.Optional(nullable(Moment('A time that is over ends it; null: no end'))),
    maxUses: t.Optional(nullable(MaxUses)),
    perCustomer: t.Optional(PerCustomer),
    note: t.Optional(nullable(Note)),
  }),
)

const conditions = {
  code: t.String(),
  purpose: Purpose,
  amount: nullable(RupiahView),
  percent: nullable(t.Integer()),
  maximum: nullable(t.Integer({ description: 'The most that the percentage comes to' })),
  minimumAmount: RupiahView,
  planIds: t.Array(t.String()),
  serviceIds: t.Array(t.String()),
  newCustomersOnly: t.Boolean(),
  validUntil: nullable(Instant),
}

export const VoucherView = model(
  'Voucher',
  t.Object({
    id: t.String(),
    ...conditions,
    validFrom: Instant,
    maxUses: nullable(t.Integer()),
    perCustomer: t.Integer(),
    used: t.Integer({ description: 'Uses that stand, also those that are kept for a top-up that is not paid yet' }),
    granted: t.Integer({ description: 'What these uses come to, in whole rupiah, as they were granted' }),
    status: words('scheduled', 'active', 'used_up', 'ended'),
    note: nullable(t.String()),
    createdBy: t.String(),
    createdAt: Instant,
    updatedAt: Instant,
    version: t.Integer({ description: 'Counted up by each change; `If-Match` names it' }),
  }),
)

export const VouchersQuery = ListQuery({
  purpose: t.Optional(Purpose),
  code: t.Optional(VoucherCode('One')),
  sort: t.Optional(words('newest', 'oldest')),
})

export const VoucherUseView = model(
  'VoucherUse',
  t.Object({
    id: t.String(),
    userId: t.String(),
    amount: t.Integer({ description: 'Whole rupiah: off the price, on top of the top-up, or into the wallet' }),
    status: words('RESERVED', 'USED', 'RELEASED'),
    subscriptionId: nullable(t.String()),
    topUpId: nullable(t.String()),
    createdAt: Instant,
    releasedAt: nullable(Instant),
  }),
)

export const VoucherUsesQuery = ListQuery({
  status: t.Optional(words('RESERVED', 'USED', 'RELEASED')),
  sort: t.Optional(words('newest', 'oldest')),
})

export const VoucherId = t.Object({ id: IdText })

export const RedeemInput = model(
  'RedeemInput',
  t.Object({ code: VoucherCode('Of a voucher that is credited by itself') }),
)

export const RedeemedView = model(
  'RedeemedVoucher',
  t.Object({
    code: t.String(),
    amount: RupiahView,
    transactionId: t.String(),
    customId: t.String({ description: 'The number of its transaction, TXMP-…' }),
    balance: t.Integer({ description: 'What the wallet holds now' }),
  }),
)

export const VoucherQuestion = model(
  'VoucherQuestion',
  t.Object({
    code: VoucherCode('Whatever it is for'),
    planId: t.Optional(IdText),
    billingCycle: t.Optional(words('MONTHLY', 'QUARTERLY', 'YEARLY')),
    topUpAmount: t.Optional(Rupiah('Of the top-up it is to be given with, in place of a plan')),
  }),
)

export const VoucherAnswer = model(
  'VoucherAnswer',
  t.Object({
    ...conditions,
    worth: nullable(t.Integer({ description: 'What it comes to for what was asked; null where nothing was named' })),
    firstPeriod: nullable(
      t.Object({
        price: RupiahView,
        priceWithTax: RupiahView,
        discountedPrice: RupiahView,
        discountedPriceWithTax: t.Integer({ description: 'What would leave the wallet' }),
      }),
    ),
  }),
)
