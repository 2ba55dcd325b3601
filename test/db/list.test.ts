import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { desc, eq, lt } from 'drizzle-orm'
import { BulkLoad } from '../../scripts/bench/bulk-load'
import { type Database, defineList, down, openDatabase, up } from '../../src/db'
import { jobs } from '../../src/queue/tables'
import { Watch } from '../growth/watch'

const folder = mkdtempSync(join(tmpdir(), 'minispod-lists-'))
const path = join(folder, 'test.db')
const rows = 60_000
let db: Database

/** Every job of either kind has another status but the oldest few: two filters that nearly never meet. */
beforeAll(async () => {
  const load = await BulkLoad.begin(path)
  for (let index = 0; index < rows; index++) {
    const kind = index % 2 === 0 ? 'even' : 'odd'
    const status = index < 4 ? 'DEAD' : kind === 'even' ? 'DONE' : 'RUNNING'
    const id = `job_${String(index).padStart(6, '0')}`
    load.add('jobs', { id, kind, key: id, payload: '{}', status, run_at: 1, created_at: 1 })
  }
  load.end()
  db = await openDatabase({ url: `file:${path}` })
}, 60_000)
afterAll(async () => {
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})

let built = 0

const jobList = defineList({
  table: jobs,
  rows: (on) => {
    built++
    return on.select({ id: jobs.id, runAt: jobs.runAt, payload: jobs.payload, lastError: jobs.lastError }).from(jobs)
  },
  filters: { kind: jobs.kind, status: jobs.status },
  conditions: { before: (value) => lt(jobs.id, value) },
  sorts: { newest: down(jobs.id), oldest: up(jobs.id) },
})

const ten = { page: 1, limit: 10 }

async function idsOf(wanted: Parameters<typeof jobList>[1], slice = ten) {
  const { rows, total } = await jobList(db.read, wanted, slice)
  return { ids: rows.map(({ id }) => id), ...total }
}

test('rows are counted up to ten thousand, and that there are more is said', async () => {
  expect((await jobList(db.read, {}, ten)).total).toEqual({ total: 10_000, more: true })
  expect((await jobList(db.read, { kind: 'even', status: 'DEAD' }, ten)).total).toEqual({ total: 2, more: false })
  expect(await jobList(db.read, { kind: 'nothing' }, ten)).toEqual({ rows: [], total: { total: 0, more: false } })
})

test('a page is a part of the whole, and says how many there are wherever it stands', async () => {
  const before = 'job_000025'
  const all = Array.from({ length: 25 }, (_, index) => `job_${String(index).padStart(6, '0')}`)
  const page = (page: number, limit: number) => idsOf({ before, sort: 'oldest' }, { page, limit })
  expect(await page(1, 10)).toEqual({ ids: all.slice(0, 10), total: 25, more: false })
  expect(await page(3, 10)).toEqual({ ids: all.slice(20), total: 25, more: false })
  expect(await page(5, 5)).toEqual({ ids: all.slice(20), total: 25, more: false })
  expect(await page(6, 5)).toEqual({ ids: [], total: 25, more: false })
  expect(await page(900, 10)).toEqual({ ids: [], total: 25, more: false })
  expect((await idsOf({ before })).ids).toEqual(all.toReversed().slice(0, 10))
})

test('what a row holds is what it holds when it is read alone', async () => {
  const { rows } = await jobList(db.read, {}, ten)
  const alone = await db.read.select().from(jobs).orderBy(desc(jobs.id)).limit(10).all()
  expect(rows).toEqual(alone.map(({ id, runAt, payload, lastError }) => ({ id, runAt, payload, lastError })))
  expect(rows[0]).toMatchObject({ runAt: new Date(1), payload: {}, lastError: null })
})

test('a form of question is built once, whatever is asked in it', async () => {
  const ask = (kind: string, page: number) => jobList(db.read, { kind, before: 'job_0001' }, { page, limit: page })
  await ask('even', 1)
  const before = built
  for (let page = 1; page < 20; page++) await ask(`${page % 2 ? 'odd' : 'even'}`, page)
  await ask('nothing', 1)
  expect(built).toBe(before)
  await jobList(db.read, { kind: 'even', before: 'job_0001', sort: 'oldest' }, ten)
  expect(built).toBe(before + 1)
})

test('a list that belongs to somebody is not read without saying to whom', async () => {
  const own = defineList({
    table: jobs,
    rows: (on) => on.select({ id: jobs.id }).from(jobs),
    always: { kind: (value) => eq(jobs.kind, value) },
    sorts: { oldest: up(jobs.id) },
  })
  expect((await own(db.read, { kind: 'odd' }, ten)).rows[0]).toEqual({ id: 'job_000001' })
  expect(own(db.read, {} as { kind: string }, ten)).rejects.toThrow('No value for placeholder "kind"')
})

test('of two filters the rarer finds the rows, whichever it is', async () => {
  const found = { ids: ['job_000003', 'job_000001'], total: 2, more: false }
  expect(await idsOf({ kind: 'odd', status: 'DEAD' })).toEqual(found)
})

test('two filters that leave very many each and never meet cost no more than a bounded look, and it is said that it was cut', async () => {
  const watch = new Watch()
  watch.begin()
  try {
    expect(await idsOf({ kind: 'even', status: 'RUNNING' })).toEqual({ ids: [], total: 0, more: true })
  } finally {
    watch.end()
  }
  expect(watch.seen().length).toBeGreaterThan(3)
  expect(watch.seen().filter(({ steps }) => steps > 130_000)).toEqual([])
})

test('the look begins at the end that the list begins at', async () => {
  const one = { page: 1, limit: 1 }
  const many = { kind: 'even', status: 'DONE' }
  // The four oldest are dead.
  expect(await idsOf({ ...many, sort: 'oldest' }, one)).toEqual({ ids: ['job_000004'], total: 4_998, more: true })
  expect(await idsOf({ ...many, sort: 'newest' }, one)).toEqual({ ids: ['job_059998'], total: 5_000, more: true })
})
