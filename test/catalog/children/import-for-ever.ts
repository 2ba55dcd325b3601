import { openDatabase } from '../../../src/db'
import { importCatalog } from '../../../src/features/catalog'
import { systemClock } from '../../../src/lib/clock'
import { bigCatalog } from '../big-catalog'
import { bytesOf, sealerOf } from '../fresh-shop'

/** Another process that imports a catalog again and again, each time with another price, until it is killed. */
const [dataDir] = process.argv.slice(2)
const db = await openDatabase({ url: `file:${dataDir}/minispod.db`, beside: true })
const sealer = sealerOf(dataDir!)
const options = { dryRun: false, retireMissing: false, confirmLicences: false }
process.stdout.write('ready\n')
for (let price = 1; ; price++) {
  await importCatalog({ db, clock: systemClock, sealer }, undefined, bytesOf(bigCatalog(40, { price })), options)
  process.stdout.write(`${price}\n`)
}
