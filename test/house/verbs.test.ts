import { expect, test } from 'bun:test'
import { readSources, type Sources } from './import-graph'
import { findVerbBreaches } from './verb-rules'

const business: Sources = new Map([...readSources()].filter(([path]) => /^(features|queue)\//.test(path)))

test('a verb takes a transaction or opens one, never both, and its arguments stand in one order', () => {
  expect(business.size).toBeGreaterThan(100)
  expect(findVerbBreaches(business)).toEqual([])
})

const breachesOf = (text: string) => findVerbBreaches(new Map([['a.ts', text]]))

test.each([
  'export async function sell(parts: Needs, tx: Tx, actor: Actor, plan: Plan, input: Order) { await tx.run() }',
  'export const find = (on: Drizzle | Tx, id: string) => rows(on).get({ id })',
  'export async function join({ db }: Pick<Parts, "db">, input: New) { await hash(input); return db.write((tx) => add(tx)) }',
  'export async function spend(parts: Needs, code: string) { const o = await parts.db.write((tx) => use(tx)); return orThrow(o) }',
  'async function note({ db }: Needs, text: string) { await db.write((tx) => add(tx, text)) }',
  'export const routes = (parts: Parts) => new Elysia().post("/", ({ actor }) => parts.db.write((tx) => sell(parts, tx, actor)))',
])('the check lets it pass: %s', (text) => {
  expect(breachesOf(text)).toEqual([])
})

test.each([
  ['export function sell(tx: Tx, parts: Needs) {}', 'its arguments are tx, parts'],
  [
    'export function sell(parts: Needs, tx: Tx, plan: Plan, actor: Actor) {}',
    'its arguments are parts, tx, other, actor',
  ],
  ['const find = (id: string, on: Drizzle | Tx) => on', 'its arguments are other, on'],
  ['function sell(t: Tx) {}', 'a transaction is named tx, not t'],
  ['const find = (db: Drizzle, id: string) => rows(db).get({ id })', 'what is read on is named on, not db'],
  ['class Lanes { findDue(db: Drizzle | Tx) { return due(db).all() } }', 'what is read on is named on, not db'],
  [
    'async function sell(parts: Needs, tx: Tx) { await parts.db.write(() => {}) }',
    'it has a transaction and opens another',
  ],
  [
    'export function sell(parts: Needs, id: string) { return parts.db.write((tx) => take(tx, id)) }',
    'it is one transaction and nothing else: it takes tx',
  ],
  [
    'export const sell = ({ db }: Needs) => db.write((tx) => take(tx))',
    'it is one transaction and nothing else: it takes tx',
  ],
])('the check sees what is wrong with %s', (text, why) => {
  expect(breachesOf(text).map((breach) => breach.replace(/^a\.ts \w+: /, ''))).toEqual([why])
})
