import { sql } from 'drizzle-orm'
import type { Drizzle } from '../../../src/db'
import type { Cast } from '../business/cast'
import { presentTerms } from '../model/prices'
import type { Model } from '../model/state'

interface Row {
  id: string
  price: number
  terms: number
  used: number
}

/** Where a plan has another price, or holds another number of slots, than the model says. */
export async function differencesOfPlans(read: Drizzle, cast: Cast, model: Model): Promise<string[]> {
  const rows = await read.all<Row>(sql`SELECT id, price, terms_number AS terms, used_quota AS used FROM plans`)
  return cast.plans.flatMap(({ id }, place) => {
    const plan = model.plans[place]!
    const { monthly, number } = presentTerms(plan)
    const row = rows.find((known) => known.id === id)!
    const [seen, expected] = [line(row), line({ price: Number(monthly), terms: number, used: plan.used })]
    return seen === expected ? [] : [`plan ${place} has: ${seen}; should have: ${expected}`]
  })
}

const line = ({ price, terms, used }: Omit<Row, 'id'>): string => `price ${price} by terms ${terms}, ${used} slots held`
