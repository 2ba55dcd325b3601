import { t } from 'elysia'
import { IdText, Instant, model, nullable, RupiahView, words } from '../../http/schema'
import { SlotsView } from '../catalog/schema'

export const UpgradeInput = model('UpgradeInput', t.Object({ planId: IdText }))

export const UpgradeOptionView = model(
  'UpgradeOption',
  t.Object({
    direction: words('upgrade', 'downgrade'),
    plan: t.Object({
      id: t.String(),
      name: t.String(),
      tier: t.Integer(),
      cpuMillicores: t.Integer(),
      memoryMb: t.Integer(),
      storageGb: t.Integer(),
      features: t.Array(t.String()),
      ...SlotsView,
    }),
    billingCycle: words('MONTHLY', 'QUARTERLY', 'YEARLY'),
    price: t.Integer({ description: 'Whole rupiah for one period, as the catalog has it' }),
    chargeNow: t.Object(
      { net: RupiahView, tax: RupiahView, total: RupiahView },
      { description: 'For the rest of what is paid: the difference of the prices, by time; nothing for a lower plan' },
    ),
    nextRenewal: t.Object({ at: Instant, price: t.Integer({ description: 'Whole rupiah, tax included' }) }),
    appStorageGb: t.Integer({ description: 'What its volumes hold afterwards: they never get smaller' }),
    affordable: t.Boolean({ description: 'Whether the wallet covers `chargeNow`' }),
    possible: t.Boolean({
      description:
        'Whether it would be accepted now: an upgrade, if it is affordable; a lower plan to be booked as scheduled change',
    }),
    reason: nullable(
      t.Object(
        { code: t.String({ description: 'The code that it would be refused with' }), message: t.String() },
        { description: 'Why it is not possible' },
      ),
    ),
  }),
)
