import type { Condition } from '../types'

export const findCondition = (conditions: Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type)

/** The list with one condition set; the time of transition moves only when the status does. */
export function withCondition(conditions: Condition[] | undefined, wanted: Condition, now: string): Condition[] {
  const before = findCondition(conditions, wanted.type)
  const lastTransitionTime = before?.status === wanted.status ? before.lastTransitionTime : now
  const next: Condition = { ...wanted, lastTransitionTime }
  if (!before) return [...(conditions ?? []), next]
  return conditions!.map((condition) => (condition === before ? next : condition))
}

/** The same for conditions that also say when they were last looked at: it moves with reason or message. */
export function withUpdatedCondition(conditions: Condition[] | undefined, wanted: Condition, now: string): Condition[] {
  const before = findCondition(conditions, wanted.type)
  const same = before && before.status === wanted.status && before.reason === wanted.reason
  if (same && before.message === wanted.message) return conditions!
  const lastTransitionTime = before?.status === wanted.status ? before.lastTransitionTime : now
  const next: Condition = { ...wanted, lastUpdateTime: now, lastTransitionTime }
  return [...(conditions ?? []).filter((condition) => condition !== before), next]
}

export const without = (conditions: Condition[] | undefined, type: string): Condition[] =>
  (conditions ?? []).filter((condition) => condition.type !== type)
