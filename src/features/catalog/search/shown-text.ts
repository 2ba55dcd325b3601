import type { Locale } from '../../../lib/locale'
import type { Shown } from './window'

/** Stands where a number of slots will: no text of a catalog holds it. */
const marker = crypto.randomUUID()
const quotedMarker = `"${marker}"`

/** A service as JSON without its slots, which change with every sale: one more part than there are plans with a limit. */
interface ShownText {
  parts: string[]
  plans: { id: string; totalQuota: number }[]
}

const kept = new WeakMap<Shown['view'][Locale], ShownText>()

/** The service as JSON, with the slots of this moment. @param taken by plan */
export function jsonOf(view: Shown['view'][Locale], taken: Map<string, number>): string {
  const known = kept.get(view)
  const { parts, plans } = known ?? textOf(view)
  if (!known) kept.set(view, { parts, plans })
  let json = parts[0]!
  for (const [index, { id, totalQuota }] of plans.entries())
    json += totalQuota - (taken.get(id) ?? 0) + parts[index + 1]!
  return json
}

function textOf(view: Shown['view'][Locale]): ShownText {
  const marked = view.plans.map((plan) => (plan.totalQuota === null ? plan : { ...plan, availableQuota: marker }))
  const plans = view.plans.flatMap(({ id, totalQuota }) => (totalQuota === null ? [] : [{ id, totalQuota }]))
  return { parts: JSON.stringify({ ...view, plans: marked }).split(quotedMarker), plans }
}
