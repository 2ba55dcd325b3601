import { type Clock, minute } from '../../lib/clock'
import type { Answer } from './answers'
import type { Body } from './bodies'
import { asFields } from './charge-input'

const lifetimeMs = 5 * minute
const maxKept = 1_000
const maxKeyLength = 46

/** Midtrans' Idempotency-Key: five minutes, at most 46 characters (longer is ignored), and not for Permata. */
export class IdempotentAnswers {
  readonly #kept = new Map<string, { until: number; answer: Promise<Answer> }>()

  constructor(private readonly clock: Clock) {}

  once(request: Request, body: Body, run: () => Promise<Answer>): Promise<Answer> {
    const key = request.headers.get('idempotency-key')
    if (!key || key.length > maxKeyLength || asFields(body.bank_transfer).bank === 'permata') return run()
    const scope = `${new URL(request.url).pathname} ${key}`
    const now = this.clock.now().getTime()
    const kept = this.#kept.get(scope)
    if (kept && kept.until > now) return kept.answer
    const answer = run()
    this.#kept.delete(scope)
    this.#kept.set(scope, { until: now + lifetimeMs, answer })
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= maxKept) break
      this.#kept.delete(oldest)
    }
    return answer
  }
}
