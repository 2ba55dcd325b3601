import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, desc } from 'drizzle-orm'
import { BulkLoad } from '../../scripts/bench/bulk-load'
import { countUpTo, type Database, openDatabase, whereOf } from '../../src/db'
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

const listOf = (kind: string | undefined, status: string | undefined, oldestFirst = false) =>
  whereOf(db.read, {
    table: jobs,
    order: jobs.id,
    oldestFirst,
    filters: [
      { column: jobs.kind, value: kind },
      { column: jobs.status, value: status },
    ],
  })

const idsOf = async (where: Awaited<ReturnType<typeof listOf>>['where']) =>
  (await db.read.select({ id: jobs.id }).from(jobs).where(where).orderBy(desc(jobs.id)).limit(10).all()).map(
    ({ id }) => id,
  )

test('rows are counted up to ten thousand, and that there are more is said', async () => {
  expect(await countUpTo(db.read, jobs, undefined)).toEqual({ total: 10_000, more: true })
  expect(await countUpTo(db.read, jobs, (await listOf('even', 'DEAD')).where)).toEqual({ total: 2, more: false })
  expect(await countUpTo(db.read, jobs, (await listOf('nothing', undefined)).where)).toEqual({ total: 0, more: false })
})

test('of two filters the rarer finds the rows, whichever it is', async () => {
  const { where, cut } = await listOf('odd', 'DEAD')
  expect(cut).toBe(false)
  expect(await idsOf(where)).toEqual(['job_000003', 'job_000001'])
})

test('two filters that leave very many each and never meet cost no more than a bounded look, and it is said that it was cut', async () => {
  const watch = new Watch()
  watch.begin()
  try {
    const { where, cut } = await listOf('even', 'RUNNING')
    expect([cut, await idsOf(where), await countUpTo(db.read, jobs, where)]).toEqual([
      true,
      [],
      { total: 0, more: false },
    ])
  } finally {
    watch.end()
  }
  expect(watch.seen().length).toBeGreaterThan(3)
  expect(watch.seen().filter(({ steps }) => steps > 300_000)).toEqual([])
})

test('the look begins at the end that the list begins at', async () => {
  const { where, cut } = await listOf('even', 'DONE', true)
  expect(cut).toBe(true)
  const newest = await db.read
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(where))
    .orderBy(desc(jobs.id))
    .limit(1)
    .get()
  // The twenty-thousandth of the even ones; the four oldest are dead.
  expect(newest?.id).toBe('job_039998')
})
