import { sql } from 'drizzle-orm'
import type { Simulation } from '../simulation'

/** By what the product calls the subscription. */
export async function idOf({ parts }: Simulation, place: number): Promise<string> {
  const [row] = await parts.db.read.all<{ id: string }>(sql`SELECT id FROM subscriptions WHERE number = ${101 + place}`)
  return row!.id
}

interface App {
  id: string
  status: string
  namespace: string
}

export async function appOf({ parts }: Simulation, place: number): Promise<App | undefined> {
  const [row] = await parts.db.read.all<App>(
    sql`SELECT instances.id, instances.status, instances.namespace FROM instances
      JOIN subscriptions ON subscriptions.id = instances.subscription_id WHERE subscriptions.number = ${101 + place}`,
  )
  return row
}
