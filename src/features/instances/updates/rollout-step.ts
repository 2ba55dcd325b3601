/** One step of an update of all: after its beginning, and after each app whose update has ended. */
export const rolloutStep = (rolloutId: string, after: string) => ({
  kind: rolloutJobKind,
  key: `${rolloutId}:${after}`,
  payload: { rolloutId },
  // They count how many apps are on their way: one after the other.
  subject: rolloutId,
})

export const rolloutJobKind = 'template.update-all'
