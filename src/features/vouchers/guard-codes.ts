import type { Actor } from '../../http/access'
import type { Parts } from '../../parts'

/** Guesses are counted by person, wherever they come from. */
const anywhere = '*'

/** Slows whoever tries out codes: ten that don't exist, then one more every half minute; a code that exists costs nothing. @throws AppError RATE_LIMITED */
export const guardCodes = <T>(
  { attempts }: Pick<Parts, 'attempts'>,
  { userId }: Actor,
  code: string | undefined,
  act: () => Promise<T>,
): Promise<T> => (code === undefined ? act() : attempts.guard(`voucher of ${userId}`, anywhere, 'VOUCHER_UNKNOWN', act))
