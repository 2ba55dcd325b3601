import { chargeDamages } from './charges'
import { countDamages } from './counts'
import type { Damage } from './damage'
import { accountDamages, ledgerDamages } from './ledger'
import { paymentDamages } from './payments'
import { auditDamages, ruleDamages } from './rules'
import { saleDamages } from './sales'
import { sourceDamages } from './sources'
import { termsDamages } from './terms'

export const damages: readonly Damage[] = [
  ...sourceDamages,
  ...ledgerDamages,
  ...accountDamages,
  ...paymentDamages,
  ...saleDamages,
  ...chargeDamages,
  ...termsDamages,
  ...ruleDamages,
  ...auditDamages,
  ...countDamages,
]
