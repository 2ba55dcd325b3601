import { verifyBooks } from '../features/wallet'
import { say, withDatabase } from './open'

export async function verify(): Promise<number> {
  const deviations = await withDatabase((db) => verifyBooks(db))
  for (const deviation of deviations) say(deviation)
  say(
    deviations.length === 0 ? 'Every balance, slot and number is as it should be.' : `${deviations.length} deviations.`,
  )
  return deviations.length === 0 ? 0 : 1
}
