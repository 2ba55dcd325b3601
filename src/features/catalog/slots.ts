/**
 * A plan without a limit of slots. The database holds the largest whole number that is exact everywhere, so that its rules go on as
 * they are; whoever asks is shown null.
 */
export const unlimitedSlots = Number.MAX_SAFE_INTEGER

interface Slots {
  totalQuota: number
  usedQuota: number
}

/** The slots of a plan as they are shown: both null where there is no limit. */
export function shownSlots({ totalQuota, usedQuota }: Slots): {
  availableQuota: number | null
  totalQuota: number | null
} {
  if (totalQuota === unlimitedSlots) return { availableQuota: null, totalQuota: null }
  return { availableQuota: totalQuota - usedQuota, totalQuota }
}
