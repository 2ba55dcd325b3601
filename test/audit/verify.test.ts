import { afterEach, beforeEach, expect, test } from 'bun:test'
import { dirname } from 'node:path'
import { runCommand } from '../support/command'
import { sharedSystem, until } from '../support/system'
import { openScratch, type Scratch } from './scratch'

let scratch: Scratch
beforeEach(async () => {
  scratch = await openScratch()
})
afterEach(() => scratch.close())

const system = sharedSystem()

const verify = () =>
  runCommand(['verify'], {
    dataDir: dirname(scratch.path),
    environment: { DATABASE_URL: `file:${scratch.path}` },
  })

test('minispod verify tells the end of the audit log, and of a damaged one every entry', async () => {
  for (let index = 0; index < 4; index++) await scratch.record()
  const last = (await scratch.entries()).at(-1)!
  const sound = await verify()
  expect(sound.out).toContain(`The audit log has 4 entries; the last is 4 ${last.hash}.`)
  expect([sound.code, sound.err]).toEqual([0, ''])
  await scratch.damage(`UPDATE audit_entries SET actor_id = 'somebody' WHERE number = 2`)
  await scratch.damage('DELETE FROM audit_entries WHERE number = 3')
  const damaged = await verify()
  expect(damaged.code).toBe(1)
  expect(damaged.out).toContain('audit entry 2: altered after it was written\naudit: entry 3 missing\n')
})

test('the daily check logs the end of the log, and its job fails at a broken chain', async () => {
  const { admin, parts, logged } = await system()
  const administrator = await admin()
  const run = async () => {
    await administrator.post('/admin/jobs/schedules/ledger.check/run')
    const seen = await until(
      'the end of the check',
      () => administrator.get('/admin/jobs?kind=ledger.check&limit=1'),
      ({ body }) => body.data[0]?.status === 'DONE' || typeof body.data[0]?.lastError === 'string',
    )
    return seen.body.data[0]
  }
  expect((await run()).status).toBe('DONE')
  expect(logged).toContainEqual(
    expect.objectContaining({ message: 'audit log checked', head: { number: 1, hash: expect.any(String) } }),
  )
  await parts.db.write(async (tx) => {
    await tx.run('DROP TRIGGER audit_entries_immutable')
    await tx.run(`UPDATE audit_entries SET reason = 'because' WHERE number = 1`)
  })
  expect((await run()).lastError).toContain('audit entry 1: altered after it was written')
})
