import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { copyHouse } from './copy-house'
import type { Random } from './random'
import { runVerb, type ServerPlace, ServerProcess } from './server-process'

const fileWithinMs = 60_000
/** From the empty file to the seeded and listening house. */
const longestFirstStartMs = 260

/** What a first start leaves, whatever happened to those before it. */
interface House {
  tables: number
  plans: number
  administrators: number
  migrations: number
}

/** Kills a first start somewhere between the empty database file and the open door, and looks what the next one makes of it. */
export async function killFirstStart(
  place: ServerPlace,
  folder: string,
  random: Random,
  expected: House,
): Promise<string[]> {
  mkdirSync(place.dataDir, { recursive: true })
  const database = join(place.dataDir, 'minispod.db')
  const killed = new ServerProcess(place)
  const before = performance.now() + fileWithinMs
  while (!existsSync(database) && performance.now() < before) await Bun.sleep(1)
  await Bun.sleep(random.between(0, longestFirstStartMs))
  await killed.kill()

  const next = new ServerProcess(place)
  try {
    await next.ready()
  } finally {
    await next.kill()
  }
  const { code, said } = await runVerb(place, 'verify')
  const house = readHouse(join(copyHouse(place, join(folder, 'copy')), 'minispod.db'))
  return [
    ...(code === 0 ? [] : [`verify after a killed first start: ${said}`]),
    ...(Bun.deepEquals(house, expected) ? [] : [`a killed first start left ${JSON.stringify(house)}`]),
  ]
}

/** Of a copy. */
export function readHouse(database: string): House {
  const on = new FileConnection(database, { busyTimeoutMs: 5_000 })
  try {
    const count = (query: string) => Number(on.all(query)[0]![0])
    return {
      tables: count('SELECT count(*) FROM sqlite_schema'),
      plans: count('SELECT count(*) FROM plans'),
      administrators: count(`SELECT count(*) FROM users WHERE role = 'ADMINISTRATOR'`),
      migrations: count('SELECT count(*) FROM schema_migrations'),
    }
  } finally {
    on.close()
  }
}
