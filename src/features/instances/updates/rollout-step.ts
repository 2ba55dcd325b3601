/** One step of an update of all: after its beginning, and after each app whose update has ended. */
export const rolloutStep = (rolloutId: string, after: string) => ({
  kind: rolloutJobKind,
  key: `${rolloutId}:${after}`,
  payload: { rolloutId },
})

export const rolloutJobKind = 'template.update-all'
