import { sql } from 'drizzle-orm'
import { day } from '../../src/lib/clock'
import { scheduleTable } from '../../src/schedules'
import { createCustomer } from '../support/people'
import { until } from '../support/until'
import type { GrownHouse } from './house'

/** Schedules whose work is not done on our thread. */
export const aside: Record<string, string> = { 'ledger.check': 'a process of its own looks at every row' }

/** A customer of average life, and everything that makes a job of each kind. */
export async function liveAWhile({ system, reader, heavy, admin, watch }: GrownHouse): Promise<void> {
  await watch.during('living', async () => {
    const { body } = await system.anybody.get('/catalog/services/n8n')
    const bought = await reader.post('/subscriptions', { planId: body.data.plans[0].id })
    if (bought.status !== 201) throw new Error(`subscribe: ${bought.status}`)
    const { id: voucherId } = (await admin.post('/admin/vouchers', { code: 'HEMAT10', purpose: 'top_up', percent: 10 }))
      .body.data
    await reader.post('/wallet/vouchers/check', { code: 'hemat10', topUpAmount: 50_000 })
    await admin.patch(`/admin/vouchers/${voucherId}`, { maxUses: 5 }, { 'if-match': '*' })
    const toppedUp = (await reader.post('/wallet/top-ups', { amount: 50_000, method: 'qris', voucher: 'HEMAT10' })).body
      .data
    await fetch(toppedUp.redirectUrl, { method: 'POST', body: new URLSearchParams({ action: 'pay' }) })
    await until(
      'the payment',
      async () => (await reader.get(`/wallet/top-ups/${toppedUp.id}`)).body.data.status,
      (is) => is === 'SUCCESS',
    )
    await admin.post(`/admin/top-ups/${toppedUp.id}/refunds`, { amount: 10_000, reason: 'asked for' })
    await system.anybody.post('/auth/forgot-password', { email: reader.email })
    const leaving = await createCustomer(system)
    await leaving.delete('/auth/me', { password: leaving.password })
    await admin.post('/admin/templates/n8n/update-all')
    const [plan] = body.data.plans
    await admin.put(`/admin/services/${body.data.id}/plans/${plan.id}`, { price: plan.price + 1 }, { 'if-match': '*' })
    for (const person of [reader, heavy]) await person.patch('/auth/me', { monthlyStatement: true })
    await reader.get('/subscriptions')
    await reader.get('/wallet/forecast?days=365')
  })
  await drain(system)
}

/** Waits until nothing that is due waits or runs. */
export async function drain(system: GrownHouse['system']): Promise<void> {
  const waiting = sql.raw(
    `select kind from jobs where status in ('QUEUED', 'RUNNING') and run_at <= ${system.parts.clock.now().getTime()}`,
  )
  await until(
    'the last job',
    () => system.parts.db.read.values(waiting),
    (rows) => rows.length === 0,
  )
}

/** More than anything is kept; then until what ended in between has to go; and then a day like any other. */
const rounds = [
  ['catching up', 400],
  ['catching up', 8],
  ['schedule', 1],
] as const

/** Every line of the table of schedules, twice to catch up and once as every day; what is due is due. @returns kinds of jobs done */
export async function runSchedules(house: GrownHouse): Promise<Set<string>> {
  const { system, clock, watch } = house
  const table = scheduleTable(system.parts).filter(({ name }) => aside[name] === undefined)
  const kinds = await kindsDone(house)
  const context = { signal: new AbortController().signal, attempt: 1, jobId: 'job_growth' }
  for (const [round, days] of rounds) {
    clock.advance(days * day)
    for (const { name, run } of table) await watch.during(`${round} ${name}`, () => run(context))
    await watch.during('jobs', () => drain(system))
    kinds.push(...(await kindsDone(house)))
  }
  return new Set(kinds)
}

/** The kinds of the jobs that have been done and are not forgotten yet. */
async function kindsDone({ system }: GrownHouse): Promise<string[]> {
  const rows = await system.parts.db.read.values<[string]>(sql`select distinct kind from jobs where status = 'DONE'`)
  return rows.map(([kind]) => kind)
}
