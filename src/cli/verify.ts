import { verifyAuditChain } from '../features/audit'
import { verifyBooks } from '../features/wallet'
import { withDatabase } from './open'
import { say } from './say'

export async function verify(): Promise<number> {
  const { books, audit } = await withDatabase(async (db) => ({
    books: await verifyBooks(db),
    audit: await verifyAuditChain(db),
  }))
  const deviations = [...books, ...audit.deviations]
  for (const deviation of deviations) await say(deviation)
  await say(
    `The audit log has ${audit.entries} entries${audit.entries === 0 ? '' : `; the last is ${audit.head.number} ${audit.head.hash}`}.`,
  )
  await say(
    deviations.length === 0 ? 'Every balance, slot and number is as it should be.' : `${deviations.length} deviations.`,
  )
  return deviations.length === 0 ? 0 : 1
}
