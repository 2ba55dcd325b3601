import { afterEach, expect, test } from 'bun:test'
import { AsyncLocalStorage } from 'node:async_hooks'
import { eq, sql } from 'drizzle-orm'
import { FileConnection } from '../../src/db/connection'
import type { Database, Tx } from '../../src/db/database'
import { databaseErrorOf, isUniqueViolation } from '../../src/db/errors'
import { until } from '../support/until'
import { Workplace, wallet, wallets } from './business'

const workplace = new Workplace()
afterEach(() => workplace.end())

/** However slow the machine is, what waits together is taken together. */
const patient = { groupMs: 60_000 }

const count = async (db: Database) => (await db.read.select().from(wallets)).length

test('200 writes at once all land, in the order they came', async () => {
  const db = await workplace.open()
  const ids = Array.from({ length: 200 }, (_, index) => `w${String(index).padStart(3, '0')}`)
  await Promise.all(ids.map((id) => db.write((tx) => tx.insert(wallets).values(wallet(id)))))
  const found = await db.read.select({ id: wallets.id }).from(wallets).orderBy(sql`rowid`)
  expect(found.map(({ id }) => id)).toEqual(ids)
})

test('200 increments of one row lose none', async () => {
  const db = await workplace.open()
  await db.write((tx) => tx.insert(wallets).values(wallet('a', 0n)))
  await Promise.all(
    Array.from({ length: 200 }, () =>
      db.write(async (tx) => {
        const [found] = await tx.select().from(wallets).where(eq(wallets.id, 'a'))
        await tx.update(wallets).set({ balance: found!.balance + 1n })
      }),
    ),
  )
  expect(await db.read.select({ balance: wallets.balance }).from(wallets)).toEqual([{ balance: 200n }])
})

test('writes that wait together share one commit', async () => {
  const db = await workplace.open(patient)
  const before = db.dataVersion()
  const versions = await Promise.all(
    ['a', 'b', 'c'].map(async (id) => {
      await db.write((tx) => tx.insert(wallets).values(wallet(id)))
      return db.dataVersion()
    }),
  )
  expect(versions[0]).not.toBe(before)
  expect(new Set(versions).size).toBe(1)
})

test('a write that fails takes back its own rows and none of its neighbours', async () => {
  const db = await workplace.open()
  const results = await Promise.allSettled([
    db.write((tx) => tx.insert(wallets).values(wallet('before'))),
    db.write(async (tx) => {
      await tx.insert(wallets).values(wallet('half'))
      throw new Error('changed my mind')
    }),
    db.write(async (tx) => {
      await tx.insert(wallets).values(wallet('other half'))
      await tx.insert(wallets).values(wallet('before'))
    }),
    db.write((tx) => tx.insert(wallets).values(wallet('after'))),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect((results[1] as PromiseRejectedResult).reason.message).toBe('changed my mind')
  expect(isUniqueViolation((results[2] as PromiseRejectedResult).reason)).toBe(true)
  expect((await db.read.select().from(wallets)).map(({ id }) => id).sort()).toEqual(['after', 'before'])
})

test('a refusal that the callback catches leaves the rest of its write standing', async () => {
  const db = await workplace.open()
  const raised = await db.write(async (tx) => {
    await tx.insert(wallets).values(wallet('a', 10n))
    const refused = await tx
      .update(wallets)
      .set({ balance: -1n })
      .catch((error) => error)
    return databaseErrorOf(refused)
  })
  expect(raised).toMatchObject({ code: 'SQLITE_CONSTRAINT_TRIGGER', message: 'OVERDRAFT: balance would be negative' })
  expect(await count(db)).toBe(1)
})

test('a commit that fails fails every write of the group, also one that had already said no', async () => {
  const db = await workplace.open(patient)
  const results = await Promise.allSettled([
    db.write((tx) => tx.insert(wallets).values(wallet('a'))),
    db.write(() => Promise.reject(new Error('sold out'))),
    db.write(async (tx) => {
      await tx.run(sql`PRAGMA defer_foreign_keys=ON`)
      await tx.run(sql`INSERT INTO transfers VALUES ('t', 'nobody', 1)`)
    }),
  ])
  for (const result of results) {
    expect(result.status).toBe('rejected')
    expect((result as PromiseRejectedResult).reason.code).toBe('UNAVAILABLE')
  }
  expect(await count(db)).toBe(0)
  await db.write((tx) => tx.insert(wallets).values(wallet('next')))
  expect(await count(db)).toBe(1)
})

test('when SQLite ends the transaction by itself nothing of it is committed, whatever the callback does then', async () => {
  const db = await workplace.open(patient)
  await db.write((tx) =>
    tx.run(
      sql`CREATE TRIGGER harsh BEFORE INSERT ON wallets WHEN new.id = 'bad' BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END`,
    ),
  )
  const results = await Promise.allSettled([
    db.write((tx) => tx.insert(wallets).values(wallet('neighbour'))),
    db.write(async (tx) => {
      await tx
        .insert(wallets)
        .values(wallet('bad'))
        .catch(() => {})
      await tx
        .insert(wallets)
        .values(wallet('autocommitted'))
        .catch(() => {})
    }),
  ])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await count(db)).toBe(0)
})

test('a full disk refuses what does not fit, keeps what does, and is over once there is room', async () => {
  const db = await workplace.open()
  const pages = await db.write((tx) => tx.get<{ page_count: number }>(sql`PRAGMA page_count`))
  await db.write((tx) => tx.run(sql.raw(`PRAGMA max_page_count=${pages!.page_count + 2}`)))
  const large = { ...wallet('large'), notes: { tags: ['x'.repeat(100_000)] } }
  const results = await Promise.allSettled([
    db.write((tx) => tx.insert(wallets).values(wallet('small'))),
    db.write((tx) => tx.insert(wallets).values(large)),
  ])
  const present = (await db.read.select().from(wallets)).map(({ id }) => id)
  expect(results[1].status).toBe('rejected')
  expect(present).toEqual(results[0].status === 'fulfilled' ? ['small'] : [])
  await db.write((tx) => tx.run(sql`PRAGMA max_page_count=1000000`))
  await db.write((tx) => tx.insert(wallets).values(large))
  expect(await db.integrity()).toEqual([])
})

test('a transaction cannot be ended by hand', async () => {
  const db = await workplace.open()
  for (const text of ['COMMIT', ' rollback', '/* x */ end', '-- y\nRELEASE entry', 'savepoint z']) {
    const attempt = db.write(async (tx) => {
      await tx.insert(wallets).values(wallet('a'))
      await tx.run(sql.raw(text))
    })
    await expect(attempt).rejects.toThrow(/ends by returning or throwing/)
  }
  await expect(db.write((tx) => tx.transaction(async () => {}))).rejects.toThrow(/inside one hand its tx on/)
  await db.write(async () => {})
  expect(await count(db)).toBe(0)
})

test('a tx is dead after its end: reads, writes and afterCommit refuse', async () => {
  const db = await workplace.open()
  let kept: Tx | undefined
  await db.write(async (tx) => {
    kept = tx
  })
  await expect(kept!.select().from(wallets).all()).rejects.toThrow(/this transaction has ended/)
  await expect(kept!.insert(wallets).values(wallet('late')).run()).rejects.toThrow(/this transaction has ended/)
  expect(() => kept!.afterCommit(() => {})).toThrow(/this transaction has ended/)
  // Also while another transaction is open on the same connection.
  await db.write(async () => {
    await expect(kept!.insert(wallets).values(wallet('later')).run()).rejects.toThrow(/this transaction has ended/)
  })
  expect(await count(db)).toBe(0)
})

test('a write inside a write is refused instead of waiting for itself', async () => {
  const db = await workplace.open()
  await expect(db.write(() => db.write(async () => 1))).rejects.toThrow(/hand the outer tx on/)
  const after = await db.write(async (tx) => {
    tx.afterCommit(() => void db.write((next) => next.insert(wallets).values(wallet('from an effect'))))
  })
  expect(after).toBeUndefined()
  await db.write(async () => {})
  expect(await count(db)).toBe(1)
})

test('a callback that waits for something else is rolled back at its deadline, and its tx is dead', async () => {
  const db = await workplace.open({ writeDeadlineMs: 20 })
  let late: unknown
  const slow = db.write(async (tx) => {
    await tx.insert(wallets).values(wallet('slow'))
    await Bun.sleep(60)
    late = await tx
      .insert(wallets)
      .values(wallet('slower'))
      .catch((error) => error)
  })
  const quick = db.write((tx) => tx.insert(wallets).values(wallet('quick')))
  await expect(slow).rejects.toThrow(/longer than 20 ms/)
  await quick
  await Bun.sleep(80)
  expect(late).toBeInstanceOf(Error)
  expect((await db.read.select().from(wallets)).map(({ id }) => id)).toEqual(['quick'])
})

test('a full queue refuses with UNAVAILABLE and keeps what it has', async () => {
  const db = await workplace.open({ queueLimit: 5 })
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => db.write((tx) => tx.insert(wallets).values(wallet(`w${index}`)))),
  )
  const refused = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  expect(refused.map(({ reason }) => reason.code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE', 'UNAVAILABLE'])
  expect(await count(db)).toBe(5)
})

test('effects run after the commit, in their caller’s context, and a failing one is only reported', async () => {
  const reported: unknown[] = []
  const db = await workplace.open({ report: (error) => reported.push(error) })
  const request = new AsyncLocalStorage<string>()
  const seen: string[] = []
  const sell = (name: string, fail: boolean) =>
    request.run(name, () =>
      db.write(async (tx) => {
        await tx.insert(wallets).values(wallet(name))
        tx.afterCommit(() => void seen.push(`${request.getStore()} ${db.dataVersion() !== before}`))
        tx.afterCommit(() => {
          throw new Error('effect failed')
        })
        if (fail) throw new Error('no')
      }),
    )
  const before = db.dataVersion()
  await Promise.allSettled([sell('a', false), sell('b', true), sell('c', false)])
  expect(seen).toEqual(['a true', 'c true'])
  expect(reported).toHaveLength(2)
})

test('another process that holds the lock is waited for without freezing the event loop', async () => {
  const url = workplace.url()
  const db = await workplace.open({ url })
  const other = new FileConnection(url.slice('file:'.length))
  other.exec('BEGIN IMMEDIATE')
  let ticks = 0
  const ticker = setInterval(() => ticks++, 5)
  const write = db.write((tx) => tx.insert(wallets).values(wallet('patient')))
  // A loop that stands still would never get there.
  await until(
    'ticks',
    () => ticks,
    (seen) => seen > 8,
  )
  clearInterval(ticker)
  expect(await count(db)).toBe(0)
  other.exec('ROLLBACK')
  await write
  expect(await count(db)).toBe(1)
  other.close()
})

test('a lock that never goes away ends the waiting writes with UNAVAILABLE', async () => {
  const url = workplace.url()
  const db = await workplace.open({ url, busyDeadlineMs: 50 })
  const other = new FileConnection(url.slice('file:'.length))
  other.exec('BEGIN IMMEDIATE')
  const results = await Promise.allSettled(
    [1, 2].map((n) => db.write((tx) => tx.insert(wallets).values(wallet(`${n}`)))),
  )
  expect(results.map((result) => (result as PromiseRejectedResult).reason.code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE'])
  other.exec('ROLLBACK')
  other.close()
  await db.write((tx) => tx.insert(wallets).values(wallet('3')))
  expect(await count(db)).toBe(1)
})

test('closing finishes what waits, refuses what comes after, and leaves one plain file', async () => {
  const url = workplace.url()
  const db = await workplace.open({ url })
  const waiting = [1, 2, 3].map((n) => db.write((tx) => tx.insert(wallets).values(wallet(`${n}`))))
  const closed = db.close()
  await expect(db.write(async () => {})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await closed
  expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ])
  await db.close()
  expect(Bun.file(`${url.slice('file:'.length)}-wal`).size).toBe(0)
  const again = await workplace.open({ url })
  expect(await count(again)).toBe(3)
})
