import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { lifecycleDiagram, lifecycleTable } from '../../scripts/lifecycle-page'
import { changesOfState, lifecycle, type State, stateOf } from '../../src/features/subscriptions/lifecycle'
import { type Books, openBooks, subscription } from '../db/books'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const page = await Bun.file(join(import.meta.dir, '..', '..', 'docs', 'lifecycle.md')).text()

test('docs/lifecycle.md shows the table as it is', () => {
  expect(page).toContain(`\`\`\`mermaid\n${lifecycleDiagram()}\n\`\`\``)
  expect(page).toContain(`\n${lifecycleTable()}\n`)
})

const stored = (Object.keys(lifecycle) as State[]).filter((state) => state !== 'REMOVED')
const columnsOf = (state: State) => {
  const [status, by] = state.split('/')
  const ended = status === 'CANCELLED' || status === 'EXPIRED'
  return { status: status!, suspended_by: by ?? null, ended_at: ended ? 5 : null, next_step_at: 9 }
}

describe('the database makes no step that is not in the table', () => {
  const allowed = new Set(changesOfState())
  for (const from of stored)
    test(from, () => {
      for (const to of stored) {
        if (from === to) continue
        const { status, suspended_by: by, ended_at: endedAt } = columnsOf(to)
        const change = `UPDATE subscriptions SET status = '${status}', suspended_by = ${by ? `'${by}'` : 'NULL'},
          ended_at = ${endedAt ?? 'NULL'} WHERE id = 'x'`
        const refusal = books.tentatively(() => {
          books.connection.exec(subscription('x', columnsOf(from)))
          return books.refusalOf(change)
        })
        if (allowed.has(`${from}>${to}`)) expect(refusal).toBeUndefined()
        else expect(refusal).toContain('subscriptions: no such step in its life')
      }
    })
})

test('every state but the last has a way out, and the last has none', () => {
  for (const [state, moves] of Object.entries(lifecycle)) {
    const ways = Object.values(moves).flat()
    expect(ways.some((to) => to !== state)).toBe(state !== 'REMOVED')
  }
  expect(stateOf({ status: 'SUSPENDED', suspendedBy: 'admin', appRemovedAt: null })).toBe('SUSPENDED/admin')
  expect(stateOf({ status: 'EXPIRED', suspendedBy: null, appRemovedAt: new Date(1) })).toBe('REMOVED')
})
