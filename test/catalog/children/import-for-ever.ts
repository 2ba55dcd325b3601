import { openDatabase } from '../../../src/db'
import { importCatalog } from '../../../src/features/catalog'
import { bigCatalog } from '../big-catalog'
import { bytesOf, importParts } from '../fresh-shop'

/** Another process that imports a catalog again and again, each time with another price, until it is killed. */
const [dataDir] = process.argv.slice(2)
const db = await openDatabase({ url: `file:${dataDir}/minispod.db`, beside: true })
const parts = { db, ...importParts(db, dataDir!) }
const options = { dryRun: false, retireMissing: false, confirmLicences: false }
process.stdout.write('ready\n')
for (let price = 1; ; price++) {
  await importCatalog(parts, undefined, bytesOf(bigCatalog(40, { price })), options)
  process.stdout.write(`${price}\n`)
}
