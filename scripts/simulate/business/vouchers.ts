import { createVoucher } from '../../../src/features/vouchers/create'
import type { Voucher } from '../model/state'
import type { Simulation } from '../simulation'

const anybody = 1_000_000
/** Of one bonus by one customer, as many as there may be. */
const mostUses = 100

/** The owner makes a code known; a bonus on top-ups has no limit, as who pays late gets it only while one is left. */
export async function makeVoucher(simulation: Simulation): Promise<void> {
  const { random, cast } = simulation
  const purpose = random.pick(['first_period', 'top_up', 'credit'] as const)
  const code = `SIM${cast.vouchers.length}X${random.between(1_000, 9_999)}`
  const percent = purpose === 'credit' ? undefined : random.between(5, 100)
  const maximum = random.between(5, 60) * 1_000
  const most = purpose === 'top_up' ? anybody : random.between(1, 5)
  const worth = percent === undefined ? { amount: maximum } : { percent, maximum }
  const limits = purpose === 'top_up' ? { perCustomer: mostUses } : { maxUses: most }
  const answer = await simulation.act(
    'vouchers made',
    0,
    (parts, tx) => createVoucher(parts, tx, cast.admin, { code, purpose, ...worth, ...limits }),
    (model) => {
      model.vouchers.push({ purpose, percent, maximum: BigInt(maximum), most, users: new Set() } satisfies Voucher)
      return 'ok'
    },
  )
  // Whether a house that was killed has made it shows when it is used: nobody is told of such a one.
  if (answer === 'ok') cast.vouchers.push(code)
  else simulation.model.vouchers.length = cast.vouchers.length
}

/** A code that a customer has heard of, now and then. */
export function someVoucher(
  { random, model }: Simulation,
  purpose: Voucher['purpose'],
  share: number,
): number | undefined {
  const known = model.vouchers.flatMap((voucher, place) => (voucher.purpose === purpose ? [place] : []))
  return known.length > 0 && random.chance(share) ? random.pick(known) : undefined
}
