import { afterEach, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { FileConnection } from '../../src/db/connection'
import { Workplace, wallet, wallets } from './business'

const workplace = new Workplace()
afterEach(() => workplace.end())

async function openWithWallet() {
  const url = workplace.url()
  const db = await workplace.open({ url })
  await db.write((tx) => tx.insert(wallets).values(wallet('a')).run())
  const balance = async () =>
    (await db.read.select({ now: wallets.balance }).from(wallets).where(eq(wallets.id, 'a')).get())!.now
  return { db, balance, path: url.slice('file:'.length) }
}

test('a read sees what was committed since the last one, in the same turn of the event loop', async () => {
  const { db, balance } = await openWithWallet()
  for (let round = 1n; round <= 10n; round++) {
    await db.write(async (tx) => {
      await balance()
      await tx.update(wallets).set({ balance: round }).run()
    })
    expect(await balance()).toBe(round)
  }
})

test('what another process commits is seen in the next turn', async () => {
  const { balance, path } = await openWithWallet()
  const other = new FileConnection(path)
  for (let round = 1n; round <= 3n; round++) {
    await balance()
    other.run('UPDATE wallets SET balance = ?', [round])
    await new Promise((resolve) => setImmediate(resolve))
    expect(await balance()).toBe(round)
  }
  other.close()
})
