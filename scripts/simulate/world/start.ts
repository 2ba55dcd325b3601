/** Midnight in Jakarta, on the first of a month with fewer days than the one before. */
export const start = new Date('2026-01-31T17:00:00.000Z')
