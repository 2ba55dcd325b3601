import { copyFileSync, rmSync } from 'node:fs'
import { FileConnection } from '../../src/db/connection'
import type { Books } from './books'
import type { EffectCase } from './effect-cases'
import type { RuleCase } from './rule-cases'
import type { SchemaRule } from './schema-rules'

export interface ProvenCase extends RuleCase {
  /** The name of its test. */
  test: string
}

export interface Verdict {
  rule: string
  test: string
  with: string
  without: string
  /** It holds with the rule, and no longer without it. */
  proven: boolean
  /** A trigger that does something by itself, rather than refuses something. */
  isEffect: boolean
}

const accepted = 'accepted'

export const nameOf = ({ rule, attempt }: RuleCase): string => `${rule}: ${attempt.replace(/\s+/g, ' ').slice(0, 90)}`

/** Copies of the books, each without one rule: made when a case asks for it, gone at the end. */
export class Judge {
  readonly #broken = new Map<string, FileConnection>()

  readonly #whole: string

  constructor(private readonly books: Books) {
    this.#whole = `${books.path}-whole`
    books.connection.exec(`VACUUM INTO '${this.#whole}'`)
  }

  /** Refused in these words with the rule, and not in these words without it. */
  judgeRefusal(refusal: ProvenCase, rule: SchemaRule): Verdict {
    const attempted = (on: FileConnection) => this.#tentatively(on, () => refusalOf(on, refusal))
    const [present, absent] = [attempted(this.books.connection), attempted(this.#without(rule))]
    const proven = present === refusal.says && absent !== refusal.says
    return { rule: refusal.rule, test: refusal.test, with: present, without: absent, proven, isEffect: false }
  }

  /** Shown by a query after the act with the rule, and not without it. */
  judgeEffect({ rule: name, test, act, look, shows }: EffectCase, rule: SchemaRule): Verdict {
    const seen = (on: FileConnection) =>
      this.#tentatively(on, () => {
        on.exec(act)
        return String(on.all(look)[0]?.[0])
      })
    const [present, absent] = [seen(this.books.connection), seen(this.#without(rule))]
    return {
      rule: name,
      test,
      with: present,
      without: absent,
      proven: present === shows && absent !== shows,
      isEffect: true,
    }
  }

  close(): void {
    this.#forget()
    rmSync(this.#whole, { force: true })
  }

  #forget(): void {
    for (const on of this.#broken.values()) {
      on.close()
      rmSync(on.path, { force: true })
    }
    this.#broken.clear()
  }

  #without(rule: SchemaRule): FileConnection {
    const key = `${rule.kind} ${rule.name}`
    let on = this.#broken.get(key)
    if (on) return on
    // One at a time: nobody asks for a rule again after the next one.
    this.#forget()
    const path = `${this.books.path}-without`
    copyFileSync(this.#whole, path)
    on = new FileConnection(path)
    on.exec('PRAGMA recursive_triggers=ON; PRAGMA synchronous=OFF')
    rule.takeAway(on)
    on.exec('PRAGMA foreign_keys=ON')
    this.#broken.set(key, on)
    return on
  }

  #tentatively(on: FileConnection, work: () => string): string {
    on.exec('BEGIN')
    try {
      return work()
    } finally {
      on.script('ROLLBACK; PRAGMA ignore_check_constraints=OFF')
    }
  }
}

function refusalOf(on: FileConnection, { without = [], before, attempt }: RuleCase): string {
  for (const trigger of without) on.exec(`DROP TRIGGER IF EXISTS ${trigger}`)
  if (before) on.exec(before)
  try {
    on.exec(attempt)
    return accepted
  } catch (error) {
    return (error as Error).message
  }
}
