import type { Drizzle } from '../../db'
import type { Parts } from '../../parts'
import { PaymentError, type PaymentStatus } from '../../payments'
import { isGone, wasPaid } from './outcome'
import { isTied, listToAsk } from './provider-payments'
import type { TopUp } from './tables'
import type { Turn } from './turn'
import { unusable } from './unusable'

/** What came of a question. None of them: the provider has no such payment. */
export interface Answer {
  said?: PaymentStatus
  /** It did answer, but not what can be booked. */
  unusable?: PaymentError
}

export interface Answers {
  /** About the order: the provider speaks of its latest payment. */
  latest: Answer
  /** About the payment that was credited, where that is another. */
  credited?: Answer
  /** About the others. */
  others: Answer[]
}

type Needs = Pick<Parts, 'db' | 'payments'>

/**
 * Asks after the order, and after every payment that was ever named with it. One answer that is of no use hides no other.
 * @throws PaymentError if the provider is away
 */
export async function askAll(parts: Needs, topUp: TopUp, named: string | undefined, turn: Turn): Promise<Answers> {
  const latest = await ask(parts, topUp, turn)
  const { providerTransactionId: creditedId } = topUp
  const answers: Answers = { latest, others: [] }
  const asked = new Set([latest.said?.transactionId])
  for (const id of await idsToAsk(parts.db.read, topUp, named)) {
    if (asked.has(id)) continue
    asked.add(id)
    const isUrgent = id === creditedId || id === named
    // The rest is asked the next time: who waits longest comes first.
    if (!isUrgent && turn.leftMs() <= 0) break
    const answer = await ask(parts, topUp, turn, id)
    if (id === creditedId) answers.credited = answer
    else answers.others.push(answer)
  }
  return answers
}

async function idsToAsk(on: Drizzle, topUp: TopUp, named: string | undefined): Promise<string[]> {
  const urgent = [topUp.providerTransactionId, named].filter((id) => typeof id === 'string')
  return [...urgent, ...(await listToAsk(on, topUp.id))]
}

async function ask(parts: Needs, topUp: TopUp, turn: Turn, transactionId?: string): Promise<Answer> {
  try {
    const said = await parts.payments.status(topUp.orderId, { transactionId, withinMs: turn.leftMs() })
    return await sift(parts.db.read, topUp, said)
  } catch (fault) {
    if (!(fault instanceof PaymentError)) throw fault
    // A charge that never arrived, a hosted page nobody chose a method on, or a payment of somebody else's.
    if (fault.kind === 'unknown-order') return {}
    if (fault.kind === 'unusable') return { unusable: fault }
    throw fault
  }
}

/** An answer whose order is not named counts if a signed notification, or an earlier answer, ties its payment to this order. */
async function sift(on: Drizzle, topUp: TopUp, said: PaymentStatus): Promise<Answer> {
  const { transactionId, amount, state } = said
  if (state === 'unknown') {
    return { unusable: unusable(said, `a status that means nothing here: ${String(said.raw.transaction_status)}`) }
  }
  if (said.orderId !== null) return { said }
  if (transactionId !== null && (await isTied(on, topUp.id, transactionId))) return { said }
  // Without money there is nothing to miss, and the order ends by its own time.
  if (!wasPaid(said) && !isGone(said)) return {}
  return {
    unusable: unusable(
      { transactionId, amount },
      'it names another order, and no signed notice says that it is this one',
    ),
  }
}
