import type { Parts } from '../../parts'
import type { JobContext } from '../../queue'
import { rewrapSealed } from './rewrap'

/** A transaction that sealed with the old key may commit after the first run that found nothing: the second one sees it. */
const quietRuns = 2

/**
 * What the server does about a new key by itself: the schedule's verb. Once nothing is left to do it does nothing until there is
 * another newest key. Values that don't open are told once and left alone: their key may yet come back.
 */
export function keepRewrapped(parts: Pick<Parts, 'db' | 'sealer' | 'sealing' | 'log'>) {
  let newest = ''
  let quiet = 0
  return async ({ signal, report }: Pick<JobContext, 'signal' | 'report'>): Promise<void> => {
    const { id } = parts.sealing.newest()
    if (id !== newest) quiet = 0
    newest = id
    if (quiet >= quietRuns) return
    const { done, failed } = await rewrapSealed({ ...parts, signal, report })
    quiet = done > 0 ? 0 : quiet + 1
    if (done > 0) parts.log.info({ keyId: id, values: done }, 'sealed values are under the newest key now')
    if (failed.length > 0 && quiet === quietRuns) {
      parts.log.error({ values: failed.length, first: failed[0] }, 'sealed values don’t open')
    }
  }
}
