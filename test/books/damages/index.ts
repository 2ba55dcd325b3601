import type { Damage } from './damage'
import { accountDamages, ledgerDamages } from './ledger'
import { paymentDamages } from './payments'
import { auditDamages, ruleDamages } from './rules'
import { saleDamages } from './sales'

export const damages: readonly Damage[] = [
  ...ledgerDamages,
  ...accountDamages,
  ...paymentDamages,
  ...saleDamages,
  ...ruleDamages,
  ...auditDamages,
]
