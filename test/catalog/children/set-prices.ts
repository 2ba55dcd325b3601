import { eq } from 'drizzle-orm'
import { openDatabase } from '../../../src/db'
import { plans } from '../../../src/features/catalog/tables'

/** Another process on the same database: sets a plan's price to each line that it reads, and says so once it is durable. */
const [dataDir, planId = ''] = process.argv.slice(2)
const db = await openDatabase({ url: `file:${dataDir}/minispod.db` })
for await (const line of console) {
  await db.write((tx) =>
    tx
      .update(plans)
      .set({ price: BigInt(line) })
      .where(eq(plans.id, planId))
      .run(),
  )
  process.stdout.write('done\n')
}
await db.close()
