import { writeSync } from 'node:fs'
import { openDatabase } from '../../../src/db/database'
import { wallet, wallets } from '../business'

// Writes with 16 callers until it is killed, and says each id only once it was acknowledged.
const database = await openDatabase({ url: process.argv[2]! })

async function writeForEver(caller: number): Promise<void> {
  for (let n = 0; ; n++) {
    const id = `${caller}-${n}`
    await database
      .write(async (tx) => {
        await tx.insert(wallets).values(wallet(id))
        if (n % 7 === 3) throw new Error('taken back')
      })
      .then(
        () => writeSync(1, `${id}\n`),
        () => {},
      )
  }
}

await Promise.all(Array.from({ length: 16 }, (_, caller) => writeForEver(caller)))
