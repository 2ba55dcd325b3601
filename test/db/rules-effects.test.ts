import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { changesOfState } from '../../src/features/subscriptions/lifecycle'
import { type Books, endedStatuses, entry, liveStatuses, openBooks, subscription, toStatus } from './books'
import { upgrade, upgradeDone } from './upgrade-cases'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const accountOf = (id: string) =>
  books.connection
    .all(`SELECT balance, topped_up, spent, last_entry FROM ledger_accounts WHERE id = '${id}'`)[0]!
    .map(Number)
const usedSlots = (plan: string) => Number(books.value(`SELECT used_quota FROM plans WHERE id = '${plan}'`))
const liveOn = (plan: string) =>
  Number(
    books.value(`SELECT count(*) FROM subscriptions WHERE plan_id = '${plan}'
      AND status IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`),
  )
const run = (sql: string) => books.connection.exec(sql)

test('an entry moves both balances, and nothing else', () => {
  books.tentatively(() => {
    expect(accountOf('wallet:a')).toEqual([900, 1000, 100, 2])
    expect(accountOf('clearing:midtrans')[0]).toBe(-1000)
    run(entry('wallet:a', 'wallet:b', 300, 'x'))
    expect(accountOf('wallet:a')).toEqual([600, 1000, 100, 3])
    expect(accountOf('wallet:b')).toEqual([300, 0, 0, 3])
    expect(accountOf('revenue')).toEqual([100, 0, 0, 2])
    expect(books.value('SELECT sum(balance) FROM ledger_accounts')).toBe(0)
  })
})

test('lifetime sums count what came from a provider and what was spent, less what was given back', () => {
  books.tentatively(() => {
    run(entry('promo', 'wallet:a', 50, 'bonus'))
    expect(accountOf('wallet:a')).toEqual([950, 1000, 100, 3])
    run(entry('revenue', 'wallet:a', 40, 'refund', { reverses: 2 }))
    expect(accountOf('wallet:a')).toEqual([990, 1000, 60, 4])
    run(entry('wallet:a', 'clearing:midtrans', 200, 'reversal', { reverses: 1 }))
    expect(accountOf('wallet:a')).toEqual([790, 800, 60, 5])
  })
})

test('a wallet may be emptied to the last rupiah', () => {
  books.tentatively(() => {
    expect(books.refusalOf(entry('wallet:a', 'revenue', 900, 'x'))).toBeUndefined()
    expect(accountOf('wallet:a')[0]).toBe(0)
  })
})

test('a late payment may follow an expiry or a cancel, and then it stands', () => {
  for (const ended of ['EXPIRED', 'CANCELLED', 'FAILED']) {
    books.tentatively(() => {
      for (const status of [ended, 'SUCCESS']) {
        run(`UPDATE top_ups SET status = '${status}' WHERE id = 'open'`)
        run(`UPDATE transactions SET status = '${status}' WHERE number = 102`)
      }
      expect(books.refusalOf(`UPDATE transactions SET status = '${ended}' WHERE number = 102`)).toContain('unsettled')
      expect(books.refusalOf(`UPDATE top_ups SET status = '${ended}' WHERE id = 'open'`)).toContain('paid')
    })
  }
})

test('a number that was rolled back is given out again', () => {
  const next = () => {
    run(entry('promo', 'wallet:a', 1, 'x'))
    return books.value('SELECT max(number) FROM ledger_entries')
  }
  expect(books.tentatively(next)).toBe(3)
  expect(books.tentatively(next)).toBe(3)
})

describe('a slot is taken once and given back once', () => {
  const columnsOf = (state: string) => {
    const [status, by] = state.split('/')
    const ended = (endedStatuses as readonly string[]).includes(status!)
    return { status: status!, suspended_by: by ?? null, ended_at: ended ? 5 : null }
  }
  const isLive = (state: string) => (liveStatuses as readonly string[]).includes(state.split('/')[0]!)
  for (const change of changesOfState()) {
    const [from, to] = change.split('>') as [string, string]
    test(`${from} → ${to}, each told twice`, () => {
      books.tentatively(() => {
        run(subscription('s2', columnsOf(from)))
        for (const state of [from, to, to]) {
          const sets = Object.entries(columnsOf(state)).map(
            ([name, value]) => `${name} = ${typeof value === 'string' ? `'${value}'` : value}`,
          )
          run(`UPDATE subscriptions SET ${sets.join(', ')} WHERE id = 's2'`)
          expect(usedSlots('small')).toBe(liveOn('small'))
        }
        expect(usedSlots('small')).toBe(isLive(to) ? 2 : 1)
      })
    })
  }

  test('one that begins as ended takes none', () => {
    books.tentatively(() => {
      run(subscription('s2', { status: 'CANCELLED', ended_at: 5 }))
      expect(usedSlots('small')).toBe(1)
    })
  })

  test('a live one that changes its plan takes its slot along, an ended one has none to take', () => {
    books.tentatively(() => {
      run(`UPDATE subscriptions SET plan_id = 'large' WHERE id = 's1'`)
      expect([usedSlots('small'), usedSlots('large')]).toEqual([0, 1])
      run(toStatus('s1', 'CANCELLED'))
      run(`UPDATE subscriptions SET plan_id = 'small' WHERE id = 's1'`)
      expect([usedSlots('small'), usedSlots('large')]).toEqual([0, 0])
    })
  })

  test('plan and status may change in one statement', () => {
    books.tentatively(() => {
      run(`UPDATE subscriptions SET plan_id = 'large', status = 'EXPIRED', ended_at = 5 WHERE id = 's1'`)
      expect([usedSlots('small'), usedSlots('large')]).toEqual([0, 0])
      run(`UPDATE subscriptions SET plan_id = 'small', status = 'ACTIVE', ended_at = NULL WHERE id = 's1'`)
      expect([usedSlots('small'), usedSlots('large')]).toEqual([1, 0])
    })
  })

  test('a revived one finds no slot where all are sold', () => {
    books.tentatively(() => {
      run(toStatus('s1', 'EXPIRED'))
      run(`UPDATE plans SET total_quota = 0 WHERE id = 'small'`)
      expect(books.refusalOf(toStatus('s1', 'ACTIVE'))).toContain('plans_slots')
      expect(books.value(`SELECT status FROM subscriptions WHERE id = 's1'`)).toBe('EXPIRED')
    })
  })
})

describe('the slot of the plan before an upgrade', () => {
  const outcomes = [
    [upgradeDone, 1, 0],
    [`UPDATE upgrades SET status = 'ROLLED_BACK', reason = 'x', ended_at = 2`, 1, 0],
    [`UPDATE upgrades SET resized_at = 2`, 1, 1],
  ] as const
  test.each(outcomes)('is held until the upgrade is settled: %s', (outcome, small, large) => {
    books.tentatively(() => {
      run(upgrade())
      expect([usedSlots('small'), usedSlots('large')]).toEqual([1, 1])
      run(outcome)
      expect([usedSlots('small'), usedSlots('large')]).toEqual([small, large])
    })
  })

  test('can be gone back to even where every other slot has been sold meanwhile', () => {
    books.tentatively(() => {
      run(`UPDATE plans SET total_quota = 1 WHERE id = 'large'`)
      run(upgrade())
      expect(books.refusalOf(subscription('s2', { plan_id: 'large' }))).toContain('plans_slots')
      run(`UPDATE upgrades SET status = 'ROLLED_BACK', reason = 'x', ended_at = 2`)
      run(`UPDATE subscriptions SET plan_id = 'large', price = 50 WHERE id = 's1'`)
      expect([usedSlots('small'), usedSlots('large')]).toEqual([0, 1])
    })
  })

  test('must be there to be held', () => {
    books.tentatively(() => {
      run(`UPDATE plans SET total_quota = 0 WHERE id = 'large'`)
      expect(books.refusalOf(upgrade())).toContain('plans_slots')
    })
  })
})

test('every change that a catalog page shows moves its version, a sold slot too', () => {
  const plan = `INSERT INTO plans (id, service_id, name, tier, price, cpu_millicores, memory_mb, storage_gb, features, total_quota, created_at, updated_at)
    VALUES ('new', 'svc', 'New', 9, 1, 1, 1, 1, '[]', 1, 1, 1)`
  const service = `INSERT INTO services (id, slug, category_id, name, description, type, template_name, created_at, updated_at)
    VALUES ('new', 'new', 'new', '', '', 'hosting', 'n8n', 1, 1)`
  const changes = [
    plan,
    `UPDATE plans SET price = 2 WHERE id = 'new'`,
    `DELETE FROM plans WHERE id = 'new'`,
    `INSERT INTO categories (id, slug, name, description, created_at, updated_at) VALUES ('new', 'new', '', '', 1, 1)`,
    `UPDATE categories SET name = 'New' WHERE id = 'new'`,
    service,
    `UPDATE services SET name = 'New' WHERE id = 'new'`,
    `DELETE FROM services WHERE id = 'new'`,
    `DELETE FROM categories WHERE id = 'new'`,
    subscription('s2'),
    toStatus('s2', 'CANCELLED'),
  ]
  books.tentatively(() => {
    const version = () => Number(books.value('SELECT version FROM catalog_version'))
    for (const change of changes) {
      const before = version()
      run(change)
      expect(`${change}: ${version() > before}`).toBe(`${change}: true`)
    }
  })
})

test('the content of the catalog moves with every column of a plan that is shown, and not with its slots', () => {
  const content = () => Number(books.value('SELECT content FROM catalog_version'))
  const columns = books.connection
    .all(`SELECT name FROM pragma_table_info('plans')`)
    .map(String)
    .filter(
      (name) =>
        !['id', 'used_quota', 'version', 'terms_number', 'terms_effective_at', 'created_at', 'updated_at'].includes(
          name,
        ),
    )
  expect(columns.length).toBeGreaterThan(10)
  books.tentatively(() => {
    for (const name of columns) {
      const before = content()
      run(`UPDATE plans SET ${name} = ${name} WHERE id = 'small'`)
      expect(`${name}: ${content() - before}`).toBe(`${name}: 1`)
    }
    const before = content()
    run(`UPDATE plans SET used_quota = used_quota, updated_at = updated_at + 1 WHERE id = 'small'`)
    expect(content()).toBe(before)
  })
})
