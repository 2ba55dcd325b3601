// bun run simulate [--seed N | --seeds 1..50] [--days 365] [--customers 500]: a year of the business, from one number.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { defects } from './defects'
import { findDefects } from './find-defects'
import { plant } from './plant'
import { simulateSeeds } from './seeds'
import { Runtime } from './world/runtime'
import { start } from './world/start'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    defect: { type: 'string' },
    defects: { type: 'boolean', default: false },
    days: { type: 'string', default: '365' },
    customers: { type: 'string', default: '500' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run simulate -- [--seed N | --seeds 1..50] [--days 365] [--customers 500]; see docs/simulation.md')
  process.exit(0)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

const days = wholeNumber('days', values.days)
const customers = wholeNumber('customers', values.customers)
if (values.defects) await simulateDefects()
else if (values.seeds === undefined) await simulateOne()
else await simulateMany(values.seeds)

async function simulateOne(): Promise<void> {
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : wholeNumber('seed', values.seed)
  console.log(`seed ${seed}, ${days} days, ${customers} customers`)
  const runtime = new Runtime(seed, start)
  // Loaded before time stands still.
  await Promise.all([import('croner'), import('midtrans-client')])
  if (values.defect !== undefined) plant(defects.find(({ name }) => name === values.defect) ?? fail('no such defect'))
  runtime.install()
  const { simulate } = await import('./year')
  // What is asked here is not whether it outlives a power cut: no disk is waited for.
  const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const { lines, failure } = await simulate(runtime, { seed, days, customers, folder })
  for (const line of lines) console.log(line)
  if (failure) {
    console.error(`✗ seed ${seed}, day ${failure.day}: ${failure.rule}\n${failure.values}`)
    console.error(`Again: bun run simulate --seed ${seed} --days ${days} --customers ${customers}`)
  }
  end(failure ? 0 : 1, failure ? 1 : 0)
}

async function simulateMany(range: string): Promise<void> {
  const [, from, to] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(range) ?? []
  if (from === undefined || to === undefined || Number(to) < Number(from)) fail('--seeds must be like 1..50')
  const seeds = Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index)
  const failed = await simulateSeeds({ seeds, days, customers })
  end(seeds.length - failed, failed)
}

/** Each planted mistake is found, in one of the first seeds. */
async function simulateDefects(): Promise<void> {
  const found = await findDefects(defects, { days, customers })
  end(found, defects.length - found)
}

function end(passed: number, failed: number): never {
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed > 0 ? 1 : 0)
}

function wholeNumber(name: string, text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : fail(`--${name} must be a whole number`)
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
