import type { Refused } from '../../http/error-mapper'
import { day, hour, minute } from '../../lib/clock'
import type { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { type Denial, denialOf } from './denial'
import { appendEntry } from './record'

// Entries of their own in one minute, and in one day. What goes beyond is counted and becomes one entry at the minute's end, or at
// the hour's: a flood fills neither table nor memory. Anonymous callers have budgets of their own, so that they can’t hide those of signed-in ones.
const maxPerActor = 10
const maxOfAll = { anonymous: 30, signedIn: 60 }
const maxOfDay = { anonymous: 1_000, signedIn: 2_000 }
const maxCountedActors = 20

type Needs = Pick<Parts, 'db' | 'clock' | 'log'>
type Budget = keyof typeof maxOfAll

interface Counted {
  denial: Denial
  /** How often it happened again after its first entry. */
  repeats: number
}

/**
 * Writes refused attempts down, in transactions of their own: what was refused is rolled back. The first one of a kind is
 * written at once, its repeats in the same minute as one more entry with their number.
 */
export class Denials {
  readonly #parts: Needs
  readonly #windowMs: number
  #first = new Map<string, Counted>()
  #rest = new Map<string, Counted>()
  #written: Record<string, number> = {}
  #today = { day: 0, anonymous: 0, signedIn: 0 }
  #restToldAt = 0
  #timer: Timer | undefined
  readonly #writing = new Set<Promise<void>>()

  constructor(parts: Needs, { windowMs = minute }: { windowMs?: number } = {}) {
    this.#parts = parts
    this.#windowMs = windowMs
  }

  /** Told of every refusal by the error mapper; the answer does not wait for it. */
  readonly observe = (refusal: AppError, refused: Refused): void => {
    const denial = denialOf(refusal, refused)
    if (denial) this.#note(denial)
  }

  /** Writes what was only counted, and begins to count anew; resolves when all of it stands. */
  async flush(): Promise<void> {
    this.#endWindow(true)
    await Promise.all(this.#writing)
  }

  #endWindow(all: boolean): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const repeated = [...this.#first.values()].filter(({ repeats }) => repeats > 0)
    this.#first = new Map()
    this.#written = {}
    this.#write([...repeated, ...this.#takeRest(all)].map(summaryOf))
    if (this.#rest.size > 0) this.#arm()
  }

  /** Once the day's budget is spent it is told by the hour. */
  #takeRest(all: boolean): Counted[] {
    const now = this.#parts.clock.now().getTime()
    const isSpent = this.#isSpent('anonymous') || this.#isSpent('signedIn')
    if (!all && isSpent && now - this.#restToldAt < hour) return []
    const rest = [...this.#rest.values()]
    this.#rest = new Map()
    this.#restToldAt = now
    return rest
  }

  #isSpent(budget: Budget): boolean {
    const today = Math.floor(this.#parts.clock.now().getTime() / day)
    if (this.#today.day !== today) this.#today = { day: today, anonymous: 0, signedIn: 0 }
    return this.#today[budget] >= maxOfDay[budget]
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => this.#endWindow(false), this.#windowMs).unref()
  }

  #note(denial: Denial): void {
    this.#arm()
    const { actor, action, target, reason, after } = denial
    const key = JSON.stringify([actor, action, target, reason, after])
    const known = this.#first.get(key)
    if (known) {
      known.repeats++
    } else if (this.#admit(denial)) {
      this.#first.set(key, { denial, repeats: 0 })
      this.#write([denial])
    } else {
      this.#countRest(denial)
    }
  }

  #admit({ actor }: Denial): boolean {
    const person = `${actor.kind} ${actor.id}`
    const budget: Budget = actor.kind === 'anonymous' ? 'anonymous' : 'signedIn'
    const own = this.#written[person] ?? 0
    const all = this.#written[budget] ?? 0
    if (own >= maxPerActor || all >= maxOfAll[budget] || this.#isSpent(budget)) return false
    this.#today[budget]++
    this.#written[person] = own + 1
    this.#written[budget] = all + 1
    return true
  }

  #countRest({ actor }: Denial): void {
    const person = `${actor.kind} ${actor.id}`
    const apart = this.#rest.has(person) || this.#rest.size < maxCountedActors
    const key = apart ? person : actor.kind
    const counted = this.#rest.get(key)
    if (counted) return void counted.repeats++
    const who = { kind: actor.kind, id: apart ? actor.id : 'several' }
    const denial: Denial = { actor: who, action: 'access.denied', target: { kind: 'route', id: 'several' } }
    this.#rest.set(key, { denial, repeats: 1 })
  }

  #write(denials: Denial[]): void {
    if (denials.length === 0) return
    const { db, clock, log } = this.#parts
    const written = db
      .write(async (tx) => {
        for (const denial of denials) await appendEntry(tx, { ...denial, at: clock.now() })
      })
      .catch((error) => log.error({ err: error, denials: denials.length }, 'denials could not be written down'))
      .finally(() => this.#writing.delete(written))
    this.#writing.add(written)
  }
}

/** A summary is of no single request. */
const summaryOf = ({ denial, repeats }: Counted): Denial => ({
  ...denial,
  after: { ...denial.after, repeats },
  origin: undefined,
})
