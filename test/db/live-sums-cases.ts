import { subscription, toStatus } from './books'
import type { EffectCase } from './effect-cases'
import type { RuleCase } from './rule-cases'

/** What is summed of a plan after an act: how many, gifts among them, price. The books hold one of 100 rupiah. */
const summed = (rule: string, test: string, act: string, [of, shows]: [string, string]): EffectCase => ({
  rule,
  test: `${rule}: ${test}`,
  act,
  look: `SELECT max(total || ' ' || gifts || ' ' || price) FROM live_sums WHERE plan_id || ' ' || status || ' ' || billing_cycle = '${of}'`,
  shows,
})

const change = (set: string) => `UPDATE subscriptions SET ${set} WHERE id = 's1'`
const anew = 'subscriptions_summed_anew'

export const liveSumsEffectCases: EffectCase[] = [
  summed('subscriptions_summed', 'a new one is added', subscription('s2'), ['small PENDING MONTHLY', '1 0 100']),
  summed(anew, 'an ended one is taken off', toStatus('s1', 'CANCELLED'), ['small ACTIVE MONTHLY', '0 0 0']),
  summed(anew, 'another status', toStatus('s1', 'GRACE'), ['small GRACE MONTHLY', '1 0 100']),
  summed(anew, 'another plan', change(`plan_id = 'large'`), ['large ACTIVE MONTHLY', '1 0 100']),
  summed(anew, 'another cycle', change(`billing_cycle = 'YEARLY'`), ['small ACTIVE YEARLY', '1 0 100']),
  summed(anew, 'another price', change('price = 70'), ['small ACTIVE MONTHLY', '1 0 70']),
  summed(anew, 'a gift', change('is_bonus = 1, price = 0'), ['small ACTIVE MONTHLY', '1 1 0']),
]

const broken = (rule: string, attempt: string): RuleCase => ({
  rule,
  says: `CHECK constraint failed: ${rule}`,
  attempt,
})

export const liveSumsCheckCases: RuleCase[] = [
  broken('live_sums_total', 'UPDATE live_sums SET total = -1'),
  broken('live_sums_total', 'UPDATE live_sums SET gifts = 2'),
  broken('live_sums_total', 'UPDATE live_sums SET gifts = -1'),
  broken('live_sums_price', 'UPDATE live_sums SET price = -1'),
]
