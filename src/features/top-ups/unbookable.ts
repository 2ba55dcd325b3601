import { AppError } from '../../lib/errors'
import type { SettleNeeds } from './settle'
import { raiseAlert } from './tell-administrators'
import { findTopUpByOrder } from './top-up-read'

/**
 * What the provider says of an order is refused by the books themselves: asking again will not help, so a person is told, once a day.
 * A provider or a database that is away is not meant.
 */
export async function tellIfUnbookable(parts: SettleNeeds, orderId: string, fault: unknown): Promise<void> {
  if (fault instanceof AppError) return
  parts.log.error({ orderId, err: fault }, 'payment not booked')
  await parts.db.write(async (tx) => {
    const topUp = await findTopUpByOrder(tx, orderId)
    const finding = 'what the provider says of it can’t be booked: see the log'
    const occasion = `unbookable:${parts.clock.now().toISOString().slice(0, 10)}`
    if (topUp) await raiseAlert(parts, tx, topUp, { occasion, finding })
  })
}
