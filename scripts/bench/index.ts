// bun run bench [-- --quick] [--only catalog,shop,reads,subscriptions,renewals,money,flood,bodies,starts,database] [--path /wallet]: the server over HTTP from another process,
// beside baselines taken in the same run. --quick: fewer and shorter rounds, and a tenth of the ledger.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildBinary, nativeTarget } from '../build'
import { benchBodyFlood } from './body-flood'
import { benchCatalog } from './catalog'
import { benchDatabaseLines } from './database'
import { type Line, printTable } from './figures'
import { benchLoginFlood } from './login-flood'
import { benchMoney } from './money'
import { benchReads } from './reads'
import { benchRenewals } from './renewals'
import type { Run } from './run'
import { benchShop } from './shop'
import { benchStarts } from './starts'
import { benchSubscriptions } from './subscriptions'

const parts: Record<string, (run: Run) => Promise<Line[]>> = {
  catalog: benchCatalog,
  shop: benchShop,
  reads: benchReads,
  subscriptions: benchSubscriptions,
  renewals: benchRenewals,
  money: benchMoney,
  flood: ({ command, folder, quick }) => benchLoginFlood(command, folder, quick ? 1 : 3),
  bodies: ({ command, folder, quick }) => benchBodyFlood(command, folder, quick ? 1 : 3),
  starts: benchStarts,
  database: benchDatabaseLines,
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    path: { type: 'string', default: '' },
  },
})
const { quick, path, only = Object.keys(parts).join() } = values
const chosen = only.split(',')
const unknown = chosen.find((name) => !(name in parts))
if (unknown !== undefined) {
  console.error(`there is no part ${unknown}; the parts are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'minispod-bench-'))
const binary = join(folder, 'minispod')
const run: Run = {
  command: [binary],
  folder,
  quick,
  path,
  rounds: quick ? 2 : 7,
  roundMs: quick ? 1_000 : 3_000,
  warmupMs: quick ? 500 : 1_000,
  connections: 32,
  tell: (text) => console.error(text),
}

try {
  await buildBinary({ target: nativeTarget(), outfile: binary })
  const lines: Line[] = []
  for (const name of chosen) {
    run.tell(`${name} …`)
    lines.push(...(await parts[name]!(run)))
  }
  console.log(
    `${run.rounds} rounds and ${run.connections} connections where nothing else is said, ${cpus().length} × ${cpus()[0]?.model}, Bun ${Bun.version}\n`,
  )
  console.log(printTable(lines))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
