import type { Parts } from '../../parts'

/** What a frontend tells its customers of time limits; the operator sets them. */
export function policyOf({ config }: Pick<Parts, 'config'>) {
  const { graceDays, suspensionDays, restoreWindowDays, reminderDays, provisioningDeadlineMinutes } = config
  return { graceDays, suspensionDays, restoreWindowDays, reminderDays, provisioningDeadlineMinutes }
}
