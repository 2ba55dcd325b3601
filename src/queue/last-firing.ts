import { desc, isNotNull } from 'drizzle-orm'
import type { Drizzle } from '../db'
import { schedules } from './tables'

/** When any schedule was fired last: a sign of life of whoever serves this database. */
export async function findLastFiring(on: Drizzle): Promise<Date | undefined> {
  const row = await on
    .select({ at: schedules.lastFiredAt })
    .from(schedules)
    .where(isNotNull(schedules.lastFiredAt))
    .orderBy(desc(schedules.lastFiredAt))
    .get()
  return row?.at ?? undefined
}
