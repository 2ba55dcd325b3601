import { afterAll, beforeAll, expect, test } from 'bun:test'
import { jobKinds } from '../../src/boot/job-kinds'
import { FileConnection } from '../../src/db/connection'
import { scheduleTable } from '../../src/schedules'
import { type GrownHouse, openGrown } from './house'
import { boundedIndexes, boundedTables, fullWalksIn } from './plan'
import { findThings } from './things'
import { timesOf, tour } from './tour'
import { type Seen, Watch } from './watch'
import { aside, liveAWhile, runSchedules } from './work'

/** TEST_GROWTH=1000000 is the book of years itself; what is asked of a statement is the same in any. */
const transactions = Number(process.env.TEST_GROWTH ?? 20_000)
const mostRows = 10_001

let house: GrownHouse
let seen: Seen[]
let kinds: Set<string>
let file: FileConnection

beforeAll(async () => {
  house = await openGrown(transactions)
  await liveAWhile(house)
  await tour(house, await findThings(house))
  await house.watch.during('GET /metrics', async () => (await fetch(`${house.system.url}/metrics`)).text())
  kinds = await runSchedules(house)
  seen = house.watch.seen().filter(({ doing }) => doing !== 'between')
  house.watch.end()
  file = new FileConnection(`${house.system.dataDir}/minispod.db`)
}, 600_000)
afterAll(async () => {
  file?.close()
  await house?.close()
}, 60_000)

test('every schedule and every kind of job was run, but those that run aside', () => {
  const { parts } = house.system
  const run = new Set(seen.map(({ doing }) => doing))
  const schedules = scheduleTable(parts).map(({ name }) => name)
  expect(schedules.filter((name) => !run.has(`catching up ${name}`)).sort()).toEqual(Object.keys(aside).sort())
  expect(
    jobKinds(parts)
      .map(({ kind }) => kind)
      .filter((kind) => !kinds.has(kind)),
  ).toEqual([])
})

test('no statement walks a growing table from end to end', () => {
  const walks = [...new Set(seen.map(({ sql }) => sql))].map((sql) => ({ sql, walks: fullWalksIn(file, sql) }))
  expect(walks.length).toBeGreaterThan(200)
  expect(walks.filter((found) => found.walks.length > 0)).toEqual([])
})

/** Of one statement: what it may take beside its rows, and what each of its rows may. */
const stepsAtMost = 800
const stepsOfRow = 110

/** What takes more steps than its rows explain, and why that has a bound of its own. */
const allowed: { doing: RegExp; steps: () => number; why: string }[] = [
  { doing: /page=/, steps: () => 60_000, why: 'what is paged over is stepped over, 10,000 rows at most' },
  {
    doing: /^admin GET .*=.*&/,
    steps: () => 75_000,
    why: 'of two filters one finds, the other is looked at in 5,000 rows at most',
  },
  {
    doing: /search=/,
    steps: () => 15_000,
    why: 'a text is looked for in 1,000 people at a time; others are served in between',
  },
  {
    doing: /soldOut=/,
    steps: () => 4_000,
    why: 'the few plans of each service are gone through: the catalog is written by hand',
  },
  {
    doing: /^admin GET \/admin\/services\?/,
    steps: () => 1_000,
    why: 'each service shows sums of its few plans: the catalog is written by hand',
  },
  { doing: /^boot$/, steps: () => 1_000, why: 'the program’s own templates are put on sale in one statement, once' },
  {
    doing: /^heavy GET \/wallet\//,
    steps: () => 25 * ownTransactions(),
    why: 'one customer’s own transactions, in one index',
  },
]

const ownTransactions = (): number =>
  Number(file.first('SELECT count(*) FROM transactions WHERE user_id = ?', [house.heavy.id])![0])

test('no statement takes more steps than its rows explain', () => {
  const unexplained = seen.filter(({ doing, steps, rows }) => {
    const more = allowed.filter((entry) => entry.doing.test(doing)).map((entry) => entry.steps())
    return rows > mostRows || steps > stepsAtMost + stepsOfRow * rows + Math.max(0, ...more)
  })
  expect(unexplained).toEqual([])
})

const runsOf = (doing: string): number =>
  seen.filter((each) => each.doing === doing).reduce((sum, { runs }) => sum + runs, 0)

test('a list of a hundred rows takes no more statements than one of twenty', () => {
  const lists = new Set(seen.flatMap(({ doing }) => (doing.endsWith('?limit=100') ? [doing] : [])))
  expect(lists.size).toBeGreaterThan(8)
  for (const doing of lists) {
    const ofTwenty = runsOf(doing.replace('limit=100', ''))
    const fewest = Math.min(...timesOf(doing).map(runsOf))
    expect([doing, fewest > 0 && fewest <= ofTwenty]).toEqual([doing, true])
  }
})

test('a start, a scrape, a request and the work of a day take few statements', () => {
  for (const doing of new Set(seen.map((each) => each.doing))) {
    if (doing === 'living' || doing === 'jobs' || doing.startsWith('catching up')) continue
    expect([doing, runsOf(doing) < 60]).toEqual([doing, true])
  }
})

test('what is let off is still there', () => {
  const exists = (type: string, name: string) =>
    file.all('SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ?', [type, name])
  expect(Object.keys(boundedTables).filter((name) => exists('table', name).length === 0)).toEqual([])
  expect(Object.keys(boundedIndexes).filter((name) => exists('index', name).length === 0)).toEqual([])
  expect(allowed.filter(({ doing }) => !seen.some((each) => doing.test(each.doing)))).toEqual([])
})

test('a walk would be seen: by its plan, by its steps, and a bare count by what it runs', async () => {
  expect(fullWalksIn(file, 'select id from subscriptions where app_removed_at <= ?')).toEqual(['SCAN subscriptions'])
  expect(fullWalksIn(file, 'select "status", count(*) from "top_ups" as t group by "status"')).not.toEqual([])
  expect(fullWalksIn(file, 'select count(*) from audit_entries')).toContain('COUNT audit_entries')
  expect(fullWalksIn(file, 'select * from mails order by data limit 20')).toEqual(['SCAN mails'])
  expect(fullWalksIn(file, 'select * from mails order by id desc limit 20')).toEqual([])
  const watch = new Watch()
  watch.begin()
  file.all(`select * from transactions where +status = 'NONE' order by number desc limit 20`)
  file.all('select * from transactions order by number desc limit 20')
  watch.end()
  const [rare, first] = watch.seen().map(({ steps, rows }) => steps > stepsAtMost + stepsOfRow * rows)
  expect([rare, first]).toEqual([true, false])
})
