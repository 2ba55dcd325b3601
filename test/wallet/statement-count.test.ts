import { expect, test } from 'bun:test'
import { creditWallet, promo } from '../../src/features/ledger'
import { StatementCounts } from '../../src/features/wallet/statement-count'
import { sharedShop } from '../support/shop'

const shop = sharedShop()

async function gift(userId: string, source: string): Promise<void> {
  const { db, clock } = (await shop()).system.parts
  const movement = { userId, type: 'BONUS', counterAccount: promo, amount: 1n, source, description: 'Gift' } as const
  await db.write((tx) => creditWallet(tx, { ...movement, at: clock.now() }))
}

test('goes on from where it had counted to, for each customer and type alone', async () => {
  const { system } = await shop()
  const [one, other] = [await system.customer(), await system.customer()]
  const counts = new StatementCounts()
  const count = (userId: string, type?: 'BONUS' | 'CHARGE') => counts.count(system.parts.db.read, { userId, type })
  for (let round = 0; round < 3; round++) {
    expect(await Promise.all([count(one.id), count(one.id, 'BONUS'), count(one.id, 'CHARGE')])).toEqual([
      round,
      round,
      0,
    ])
    expect(await count(other.id)).toBe(2 * round)
    await gift(one.id, `one:${round}`)
    await gift(other.id, `other:${round}:a`)
    await gift(other.id, `other:${round}:b`)
  }
  expect(await Promise.all(Array.from({ length: 20 }, () => count(one.id)))).toEqual(Array(20).fill(3))
})

test('keeps no more than it may, and counts right what it has forgotten', async () => {
  const { system } = await shop()
  const counts = new StatementCounts(2)
  const customers = await Promise.all([1, 2, 3].map(() => system.customer({ balance: 5 })))
  for (const { id } of [...customers, ...customers]) {
    expect(await counts.count(system.parts.db.read, { userId: id })).toBe(1)
    expect(counts.size).toBeLessThanOrEqual(2)
  }
})
