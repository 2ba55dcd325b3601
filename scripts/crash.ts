// bun run crash [--kills 2000] [--seed N] [--binary dist/minispod] [--quick]: kills the server while others do business with it.
// --quick does not wait for the minute after which an act that was cut off is answered.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { crash } from '../test/crash/harness'
import { bundleProgram } from './bundle'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '2000' },
    help: { type: 'boolean', default: false },
    seed: { type: 'string' },
    binary: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run crash -- [--kills 2000] [--seed N] [--binary dist/minispod] [--quick]; see docs/proofs.md')
  process.exit(0)
}
const kills = wholeNumber('kills', values.kills)
const seed =
  values.seed === undefined ? crypto.getRandomValues(new Uint32Array(1))[0]! : wholeNumber('seed', values.seed)
const folder = mkdtempSync(join(tmpdir(), 'minispod-program-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const command = values.binary
  ? [resolve(values.binary)]
  : [process.execPath, '--no-env-file', await bundleProgram(folder)]
const startedAt = performance.now()
const elapsed = () => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`

console.log(`seed ${seed}, ${kills} kills`)
const result = await crash({
  kills,
  seed,
  command,
  thorough: !values.quick,
  report: (line) => console.log(`${elapsed()}: ${line}`),
})
const { business, start, firstStart } = result.kills
console.log(
  `${business} kills under load, ${start} during a start, ${firstStart} during a first start; ${result.answers} answers, ` +
    `${result.inspections} inspections, longest start ${result.longestStartMs} ms, ${elapsed()}`,
)
console.log([...result.counts].map(([kind, count]) => `${count} ${kind}`).join(', '))
for (const finding of result.findings) console.error(`✗ ${finding}`)
if (result.findings.length > 0) {
  console.error(`\nDatabase, log and journal are kept in ${result.folder}`)
  console.error(`Again: bun run crash --kills ${kills} --seed ${seed}`)
}
const done = business + start + firstStart
console.log(
  `${result.findings.length === 0 ? done : Math.max(done - 1, 0)} passed, ${result.findings.length === 0 ? 0 : 1} failed`,
)
process.exit(result.findings.length === 0 ? 0 : 1)

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  console.error(`--${name} must be a whole number`)
  process.exit(2)
}
