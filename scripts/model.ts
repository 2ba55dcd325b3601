// bun run model [--runs 5000] [--steps 40] [--seed N] [--path P]: random histories of the business against an integer model of it.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { verifyBooks } from '../src/features/books'
import { history } from '../test/model/commands'
import { live } from '../test/model/history'
import { House } from '../test/model/house'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5000' },
    steps: { type: 'string', default: '40' },
    help: { type: 'boolean', default: false },
    seed: { type: 'string' },
    path: { type: 'string' },
  },
})
if (values.help) {
  console.log('npm run model -- [--runs 5000] [--steps 40] [--seed N] [--path P]; see docs/proofs.md')
  process.exit(0)
}
const runs = wholeNumber('runs', values.runs)
const steps = wholeNumber('steps', values.steps)
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
const startedAt = performance.now()
console.log(`seed ${seed}, ${runs} histories of up to ${steps} steps`)

const house = await House.open()
let lived = 0
const property = fc.asyncProperty(history(steps), async (those) => {
  lived++
  if (lived % 500 === 0) console.log(`${lived} histories, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  await live(house, those)
})
try {
  const details = await fc.check(property, { numRuns: runs, seed, path: values.path })
  const mismatches = details.failed ? [] : await verifyBooks(house.parts.db)
  if (details.failed) {
    console.error(`${fc.defaultReportMessage(details)}\n${String(details.errorInstance)}`)
    console.error(
      `Again: bun run model --runs ${runs} --steps ${steps} --seed ${seed} --path ${details.counterexamplePath}`,
    )
  }
  for (const mismatch of mismatches) console.error(`✗ ${mismatch}`)
  const failed = details.failed || mismatches.length > 0
  console.log(`${lived} histories, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  console.log(failed ? '0 passed, 1 failed' : '1 passed, 0 failed')
  process.exitCode = failed ? 1 : 0
} finally {
  await house.close()
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text)
  console.error(`--${name} must be a whole number`)
  process.exit(2)
}
