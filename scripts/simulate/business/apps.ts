import { sql } from 'drizzle-orm'
import { becomeReady } from '../model/acts'
import type { Subscription } from '../model/state'
import { confirmUpgrade, undoUpgrade } from '../model/upgrades'
import type { Simulation } from '../simulation'

/** Something seen of an app that the model can't know by itself. */
export interface Sight {
  place: number
  what: { readyAt: number; since: number } | 'upgrade-done' | 'upgrade-undone'
}

/** What the house has seen of the apps that somebody waits for. */
export async function listSights({ model, parts }: Simulation): Promise<Sight[]> {
  const waiting = [...model.standing].filter(({ readyAt, upgrade }) => readyAt === undefined || upgrade)
  const sights: Sight[] = []
  for (const { place, readyAt, upgrade } of waiting) {
    const [row] = await parts.db.read.all<{ readyAt: number | null; since: number; upgrade: string | null }>(
      sql`SELECT first_ready_at AS readyAt, stage_since AS since,
        (SELECT status FROM upgrades WHERE subscription_id = subscriptions.id ORDER BY upgrades.number DESC LIMIT 1) AS upgrade
        FROM subscriptions WHERE number = ${101 + place}`,
    )
    if (!row) continue
    if (readyAt === undefined && row.readyAt !== null)
      sights.push({ place, what: { readyAt: Number(row.readyAt), since: Number(row.since) } })
    if (upgrade && row.upgrade === 'DONE') sights.push({ place, what: 'upgrade-done' })
    if (upgrade && row.upgrade === 'ROLLED_BACK') sights.push({ place, what: 'upgrade-undone' })
  }
  return sights
}

export function applySight(simulation: Simulation, { place, what }: Sight): void {
  const { model, report } = simulation
  const subscription: Subscription = model.subscriptions[place]!
  if (what === 'upgrade-done') {
    confirmUpgrade(subscription)
    report.count('event upgrades that stood')
  } else if (what === 'upgrade-undone') {
    undoUpgrade(model, subscription)
    report.count('event upgrades taken back')
  } else {
    becomeReady(model, subscription, what.readyAt, what.since)
    report.count('event apps that became ready')
  }
}

export async function observeApps(simulation: Simulation): Promise<void> {
  for (const sight of await listSights(simulation)) applySight(simulation, sight)
}
