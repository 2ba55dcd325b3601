import { afterEach, beforeEach, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { verifyAuditChain } from '../../src/features/audit'
import { hashOf } from '../../src/features/audit/chain'
import { appendEntry } from '../../src/features/audit/record'
import type { Kind } from '../../src/lib/kinds'
import { openScratch, type Scratch } from './scratch'

let scratch: Scratch
beforeEach(async () => {
  scratch = await openScratch()
})
afterEach(() => scratch.close())

const fill = (count: number) =>
  scratch.db.write(async (tx) => {
    for (let index = 1; index <= count; index++) {
      const target = { kind: 'plan' as const, id: `${index}` }
      await appendEntry(tx, { actor: { kind: 'user', id: 'u' }, action: 'test', target, at: new Date(index) })
    }
  })
const mismatches = async () => (await verifyAuditChain(scratch.db)).mismatches

test('an entry is hashed by a rule that needs none of our code', async () => {
  await scratch.record({
    actor: { userId: 'usr_1', sessionId: 'ses_1', request: { id: 'req_1', address: '10.0.0.1' } },
    reason: 'be"cause',
    before: { price: 5n },
    after: { price: 6n },
  })
  const [entry] = await scratch.entries()
  const zeros = '0'.repeat(64)
  const content = `["${zeros}",1,1000,"user","usr_1","ses_1","test","plan","x","be\\"cause","{\\"price\\":5}","{\\"price\\":6}","req_1","10.0.0.1"]`
  expect(entry?.previousHash).toBe(zeros)
  expect(entry?.hash).toBe(createHash('sha256').update(content).digest('hex'))
})

test('an untouched log is in order, also across pages, and says where it ends', async () => {
  expect(await verifyAuditChain(scratch.db)).toEqual({
    entries: 0,
    head: { number: 0, hash: '0'.repeat(64) },
    mismatches: [],
  })
  await fill(2_001)
  const last = (await scratch.entries()).at(-1)!
  expect(await verifyAuditChain(scratch.db)).toEqual({
    entries: 2_001,
    head: { number: 2_001, hash: last.hash },
    mismatches: [],
  })
})

test('every kind of text comes back as it was hashed', async () => {
  for (const text of ['', 'é😀', 'a\0b', '\ud800', '"\\\u2028\n', 'x'.repeat(5_000)]) {
    await scratch.record({ reason: text, target: { kind: text as Kind, id: text }, after: { [text]: text } })
  }
  expect(await mismatches()).toEqual([])
})

const columns = {
  at: '9',
  actor_kind: `'token'`,
  actor_id: `'somebody'`,
  via: `'ses_other'`,
  action: `'other'`,
  target_kind: `'other'`,
  target_id: `'other'`,
  reason: `'other'`,
  before: `'{}'`,
  after: `'{"a": 1}'`,
  request_id: `'req_other'`,
  address: `'::1'`,
}

test('a change of any column of any entry is named', async () => {
  await fill(30)
  const expected: string[] = []
  for (const [index, [column, value]] of Object.entries(columns).entries()) {
    await scratch.damage(`UPDATE audit_entries SET ${column} = ${value} WHERE number = ${2 * index + 3}`)
    expected.push(`audit entry ${2 * index + 3}: altered after it was written`)
  }
  expect(await mismatches()).toEqual(expected)
})

test('no column is left out of the hash', async () => {
  await fill(1)
  const [entry] = await scratch.entries()
  const { hash, ...content } = entry!
  const seen = new Set([hash])
  for (const key of Object.keys(content)) {
    const changed = key === 'at' ? new Date(7) : key === 'number' ? 7 : 'other'
    seen.add(hashOf({ ...content, [key]: changed }))
  }
  expect(seen.size).toBe(1 + Object.keys(content).length)
})

test('an altered entry that was hashed anew is told by the next one, which no longer follows it', async () => {
  await fill(5)
  const third = (await scratch.entries())[2]!
  const hash = hashOf({ ...third, actorId: 'somebody' })
  await scratch.damage(`UPDATE audit_entries SET actor_id = 'somebody', hash = '${hash}' WHERE number = 3`)
  expect(await mismatches()).toEqual(['audit entry 4: does not follow entry 3'])
})

test('removed entries are missed, wherever they were, and across a page', async () => {
  await fill(1_010)
  await scratch.damage('DELETE FROM audit_entries WHERE number = 1 OR number = 5 OR number BETWEEN 990 AND 1005')
  expect(await mismatches()).toEqual([
    'audit: entry 1 missing',
    'audit: entry 5 missing',
    'audit: entries 990 to 1005 missing',
  ])
})

test('an entry put in place of another does not follow, and neither does the beginning of another log', async () => {
  await fill(3)
  await scratch.damage(`UPDATE audit_entries SET previous_hash = '${'b'.repeat(64)}' WHERE number = 1`)
  expect(await mismatches()).toEqual([
    'audit entry 1: does not follow the beginning',
    'audit entry 1: altered after it was written',
  ])
})

test('an entry smuggled in before the beginning is seen', async () => {
  await fill(2)
  const [first] = await scratch.entries()
  const smuggled = { ...first!, number: -1 }
  await scratch.damage(`INSERT INTO audit_entries (number, at, actor_kind, actor_id, action, target_kind, target_id, previous_hash, hash)
    VALUES (-1, 1, 'user', 'u', 'test', 'plan', '1', '${first!.previousHash}', '${hashOf(smuggled)}')`)
  expect(await mismatches()).toEqual(['audit entry -1: before the beginning'])
})

test('what is cut off at the end shows in the head alone', async () => {
  await fill(5)
  const before = await verifyAuditChain(scratch.db)
  await scratch.damage('DELETE FROM audit_entries WHERE number > 3')
  const after = await verifyAuditChain(scratch.db)
  expect(after.mismatches).toEqual([])
  expect(after.head.number).toBeLessThan(before.head.number)
})

test('a log that is damaged all over is told in bounded words', async () => {
  await fill(1_500)
  await scratch.damage(`UPDATE audit_entries SET actor_id = 'somebody'`)
  const found = await mismatches()
  expect(found).toHaveLength(101)
  expect(found.at(-1)).toBe('audit: 1400 more mismatches')
})

test('entries of parallel transactions, some of them taken back, stand in one chain', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 60 }, (_, index) =>
      scratch.db.write(async (tx) => {
        const target = { kind: 'plan' as const, id: `${index}` }
        await appendEntry(tx, { actor: { kind: 'user', id: 'u' }, action: 'test', target, at: new Date() })
        if (index % 4 === 0) throw new Error('changed its mind')
      }),
    ),
  )
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(15)
  expect(await verifyAuditChain(scratch.db)).toMatchObject({ entries: 45, mismatches: [] })
})
