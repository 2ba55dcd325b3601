import type { Scope } from './scope'
import { type Drizzle, ScopedDrizzle, type Tx } from './scoped-drizzle'
import { ScopedQuery } from './scoped-query'

/**
 * A query built once per connection and kept: `const planById = prepared((db) => db.select()….prepare())`, then
 * `planById(tx).get({ id })` or `planById(db.read).get({ id })`. Bound to a tx it refuses to run after that tx has ended.
 */
export function prepared<Q extends object>(build: (db: Drizzle) => Q): (on: Drizzle | Tx) => Q {
  const kept = new WeakMap<object, Kept>()
  const foreign = new WeakMap<object, Q>()
  return (on) => {
    if (!(on instanceof ScopedDrizzle)) return getOrBuild(foreign, on, () => build(on))
    const { scope } = on
    const query = getOrBuild(kept, scope.home, () => new Kept(build(new ScopedDrizzle(unbound(scope.home)))))
    return query.in(scope) as unknown as Q
  }
}

/** One query on one connection, and the scope it was last used in: the next use is mostly in the same. */
class Kept {
  readonly #shared: ScopedQuery
  #last: { scope: Scope; query: ScopedQuery } | undefined

  constructor(built: object) {
    if (!(built instanceof ScopedQuery)) throw new TypeError('prepared() builds one query: end it with .prepare()')
    this.#shared = built
  }

  in(scope: Scope): ScopedQuery {
    if (this.#last?.scope === scope) return this.#last.query
    const query = this.#shared.boundTo(scope)
    this.#last = { scope, query }
    return query
  }
}

function getOrBuild<T>(map: WeakMap<object, T>, key: object, build: () => T): T {
  let value = map.get(key)
  if (value === undefined) {
    value = build()
    map.set(key, value)
  }
  return value
}

const refuse = (): never => {
  throw new Error('a prepared query runs only on what it was bound to')
}

/** A scope to build a query in; none of its statements may run. */
const unbound = (home: object): Scope => ({ home, all: refuse, first: refuse, execute: refuse, batch: refuse })
