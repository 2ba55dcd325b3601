import type { Logger } from '../../src/lib/log'

/** What the business has done, counted. */
export class Report {
  #counts = new Map<string, number>()
  /** What the house cried out about since somebody looked: an alert that nothing explains is a fault. */
  readonly alerts: string[] = []
  readonly logger: Logger = {
    trace: () => {},
    debug: () => {},
    info: () => {},
    warn: (_, message) => this.count(`warning ${message}`),
    error: (fields, message) => this.#alert(fields, message),
    fatal: (fields, message) => this.#alert(fields, message),
  }

  count(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by)
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  /** All counts whose name begins so, without it, by name. */
  under(prefix: string): [string, number][] {
    return [...this.#counts]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, count]): [string, number] => [name.slice(prefix.length), count])
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** Takes back what is counted meanwhile, should it turn out not to have been so. */
  remember(): () => void {
    const counts = new Map(this.#counts)
    return () => {
      this.#counts = new Map(counts)
    }
  }

  #alert(fields: object, message = ''): void {
    const err = 'err' in fields ? fields.err : undefined
    this.alerts.push(err instanceof Error ? `${message}: ${err.name} ${err.message}` : message)
  }
}

/** A rule that did not hold, with the values. */
export class BrokenRule extends Error {
  constructor(
    readonly rule: string,
    readonly values: string,
  ) {
    super(`${rule}: ${values}`)
  }
}
