import { installBuiltIns } from '../features/app-templates'
import { seedIfEmpty } from '../features/catalog'
import { systemClock } from '../lib/clock'
import { withDatabase } from './open'
import { say } from './say'

export async function seed(): Promise<number> {
  const { services } = await withDatabase(async (db) => {
    const parts = { clock: systemClock }
    await db.write((tx) => installBuiltIns(parts, tx))
    return db.write((tx) => seedIfEmpty(parts, tx))
  })
  await say(
    services === 0
      ? 'The catalog holds something already; nothing was changed.'
      : `${services} services are in the catalog.`,
  )
  return 0
}
