import type { Tx } from '../../db'
import { AppError } from '../../lib/errors'
import { type Rupiah, toJson } from '../../lib/money'
import { getBalance } from './entries'
import { chargeWallet } from './ledger'
import { sources } from './sources'

/** Neither a sale, which counts as spent and is taxed, nor a promotion: kept apart, so that it can still be given back. */
const forfeited = 'forfeited'

interface Forfeit {
  userId: string
  /** What the person has said that they give up; a payment may have come since. */
  upTo: Rupiah
  at: Date
}

/** Empties the wallet of an account that is closed, for good. @throws AppError INVALID_STATE where it holds more than was agreed to */
export async function forfeitBalance(tx: Tx, { userId, upTo, at }: Forfeit): Promise<Rupiah> {
  const balance = await getBalance(tx, userId)
  if (balance > upTo) {
    throw new AppError(
      'INVALID_STATE',
      'The wallet is not empty, counting refunds for apps that never ran: confirm that you give the balance up',
      {
        reason: 'balance-left',
        balance: toJson(balance),
      },
    )
  }
  if (balance === 0n) return 0n
  await chargeWallet(tx, {
    userId,
    type: 'ADJUSTMENT',
    counterAccount: forfeited,
    amount: balance,
    source: sources.closing.build({ user: userId }),
    description: 'Given up when the account was closed',
    at,
  })
  return balance
}
