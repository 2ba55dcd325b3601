import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { openDatabase } from '../../src/db'
import { auditEntries } from '../../src/features/audit/tables'
import { plans } from '../../src/features/catalog/tables'
import { freshShop } from './fresh-shop'

/** Kills, each some further into an import. */
const kills = 12

test('an import that is killed anywhere leaves all of it or nothing', async () => {
  const shop = await freshShop()
  await shop.db.close()
  const seen = new Set<string>()
  try {
    for (let kill = 0; kill < kills; kill++) {
      const child = Bun.spawn(
        [process.execPath, join(import.meta.dir, 'children', 'import-for-ever.ts'), shop.dataDir],
        { stdout: 'pipe', stderr: 'inherit' },
      )
      const reader = child.stdout.getReader()
      await reader.read()
      await Bun.sleep(kill * 13)
      child.kill('SIGKILL')
      await child.exited
      seen.add(await stateOf(shop.dataDir))
    }
    for (const state of seen) expect(state).toMatch(/^(0 plans of 0 prices|120 plans of 1 prices)$/)
  } finally {
    await shop.close()
  }
})

/** All plans of an import have prices of its own, so a half of one would show as prices of two. */
async function stateOf(dataDir: string): Promise<string> {
  const db = await openDatabase({ url: `file:${dataDir}/minispod.db` })
  try {
    const rows = await db.read.select().from(plans).all()
    const prices = new Set(rows.map(({ price, tier }) => Number(price) / tier))
    const imports = await db.read.select().from(auditEntries).where(eq(auditEntries.action, 'catalog.import')).all()
    // Its own entry comes last: it is there if and only if the rest is.
    expect(imports.length > 0).toBe(rows.length > 0)
    return `${rows.length} plans of ${prices.size} prices`
  } finally {
    await db.close()
  }
}
