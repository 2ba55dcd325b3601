import { seedIfEmpty } from '../features/catalog'
import { systemClock } from '../lib/clock'
import { withDatabase } from './open'
import { say } from './say'

export async function seed(): Promise<number> {
  const { services } = await withDatabase((db) => db.write((tx) => seedIfEmpty({ clock: systemClock }, tx)))
  await say(
    services === 0
      ? 'The catalog holds something already; nothing was changed.'
      : `${services} services are in the catalog.`,
  )
  return 0
}
