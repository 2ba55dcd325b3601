import { afterEach, expect, test } from 'bun:test'
import { Cron } from 'croner'
import { parseConfig } from '../../src/config'
import { idempotencyKeys } from '../../src/http/tables'
import { day, ManualClock, minute } from '../../src/lib/clock'
import type { Schedule } from '../../src/queue'
import { type ScheduleVerbs, scheduleTable, startSchedules } from '../../src/schedules'
import { eventually, type House, noLog, openHouse } from './house'

let house: House
afterEach(() => house.close())

async function openTable() {
  const clock = new ManualClock('2030-01-01T12:00:30Z')
  house = await openHouse({ clock })
  const called: string[] = []
  const verb = (name: string) => async () => void called.push(name)
  const verbs: ScheduleVerbs = {
    pollTopUps: verb('pollTopUps'),
    endDueSubscriptions: verb('endDueSubscriptions'),
    resyncCluster: verb('resyncCluster'),
    forgetOldSessions: verb('forgetOldSessions'),
    rewrapSealed: verb('rewrapSealed'),
    checkLedger: verb('checkLedger'),
  }
  const parts = { ...house, log: noLog, config: parseConfig({}) }
  return { clock, called, verbs, parts, table: scheduleTable(parts, verbs) }
}

const context = { signal: new AbortController().signal, attempt: 1, jobId: 'job_1' }

test('every line of the table has its own name, a readable time and one sentence', async () => {
  const { table } = await openTable()
  expect(new Set(table.map(({ name }) => name)).size).toBe(table.length)
  for (const { cron, does } of table) {
    expect(new Cron(cron, { timezone: 'Asia/Jakarta', mode: '5-part' }).nextRun()).toBeInstanceOf(Date)
    expect(does).toMatch(/^[A-Z].*\.$/)
  }
})

test('every line runs, and every verb belongs to one', async () => {
  const { table, called, verbs } = await openTable()
  for (const schedule of table) await schedule.run(context)
  expect(called.sort()).toEqual(Object.keys(verbs).sort())
})

test('idempotency keys are forgotten after a day', async () => {
  const { clock, table } = await openTable()
  const put = (key: string, age: number) => {
    const createdAt = new Date(clock.now().getTime() - age)
    const row = { actorId: 'usr_1', key, fingerprint: 'f', status: 201, body: '{}', createdAt }
    return house.db.write((tx) => tx.insert(idempotencyKeys).values(row).run())
  }
  await put('old', day + minute)
  await put('new', day - minute)
  const schedule = table.find(({ name }) => name === 'idempotency-keys.forget') as Schedule
  await schedule.run(context)
  expect((await house.db.read.select().from(idempotencyKeys).all()).map(({ key }) => key)).toEqual(['new'])
})

test('a started table runs its jobs through the queue', async () => {
  const { clock, called, verbs, parts } = await openTable()
  const schedules = startSchedules(parts, verbs)
  try {
    house.queue.start()
    await eventually(async () => (await schedules.list()).every(({ lastFiredAt }) => lastFiredAt !== null))
    clock.advance(minute)
    await schedules.fireDue()
    await eventually(() => called.includes('pollTopUps') && called.includes('endDueSubscriptions'))
    await eventually(async () => (await house.all()).every(({ status }) => status === 'DONE'))
    expect((await house.all()).map(({ kind }) => kind).sort()).toEqual([
      'mails.sweep',
      'secrets.rewrap',
      'subscriptions.due',
      'top-ups.poll',
    ])
  } finally {
    schedules.stop()
  }
})
