import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/libsql'
import { alias, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { type Database, type Drizzle, openDatabase } from '../../src/db'
import { instant, rupiah } from '../../src/db/columns'

const people = sqliteTable('people', {
  id: integer('id').primaryKey(),
  name: text('name'),
  at: instant('at').notNull(),
})
const pets = sqliteTable('pets', {
  name: text('name'),
  owner: integer('owner').notNull(),
  price: rupiah('price').notNull(),
})
const rivals = alias(pets, 'rivals')

const folder = mkdtempSync(join(tmpdir(), 'minispod-rows-'))
const url = `file:${join(folder, 'rows.db')}`
let db: Database
const stockClient = createClient({ url })
const stock = drizzle(stockClient) as unknown as Drizzle
beforeAll(async () => {
  db = await openDatabase({ url })
  await db.write(async (tx) => {
    await tx.run(sql.raw('CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, at INTEGER NOT NULL) STRICT'))
    await tx.run(sql.raw('CREATE TABLE pets (name TEXT, owner INTEGER NOT NULL, price INTEGER NOT NULL) STRICT'))
    await tx.run(sql.raw(`INSERT INTO people VALUES (1, 'Ani', 5), (2, NULL, 6), (3, 'Budi', 7)`))
    await tx.run(sql.raw(`INSERT INTO pets VALUES ('Cat', 1, 10), (NULL, 2, 20), ('Dog', 1, 30)`))
  })
})
afterAll(async () => {
  stockClient.close()
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})

type Build = (on: Drizzle) => { all(): Promise<unknown[]>; get(): Promise<unknown> }

const person = { id: people.id, name: people.name, at: people.at }
const selections: [string, Build][] = [
  ['a row of columns', (on) => on.select().from(people).orderBy(people.id)],
  [
    'columns and expressions side by side',
    (on) => on.select({ id: people.id, twice: sql<number>`${people.id} * 2` }).from(people),
  ],
  [
    'an inner join by table',
    (on) => on.select().from(people).innerJoin(pets, eq(pets.owner, people.id)).orderBy(pets.price),
  ],
  [
    'a left join that finds nothing',
    (on) => on.select().from(people).leftJoin(pets, eq(pets.owner, people.id)).orderBy(people.id),
  ],
  [
    'a chosen object of a left join',
    (on) =>
      on
        .select({ person, pet: { name: pets.name, price: pets.price } })
        .from(people)
        .leftJoin(pets, eq(pets.owner, people.id))
        .orderBy(people.id, pets.price),
  ],
  [
    'an object of two tables',
    (on) =>
      on
        .select({ both: { name: pets.name, id: people.id } })
        .from(people)
        .leftJoin(pets, eq(pets.owner, people.id))
        .orderBy(people.id),
  ],
  [
    'an object that begins with an expression',
    (on) =>
      on
        .select({ pet: { upper: sql<string>`upper(${pets.name})`, price: pets.price } })
        .from(people)
        .leftJoin(pets, eq(pets.owner, people.id))
        .orderBy(people.id),
  ],
  ['a right join', (on) => on.select().from(pets).rightJoin(people, eq(pets.owner, people.id)).orderBy(people.id)],
  [
    'a table under two names',
    (on) =>
      on
        .select({ pet: pets, rival: rivals })
        .from(pets)
        .leftJoin(rivals, sql`${rivals.owner} = ${pets.owner} and ${rivals.price} > ${pets.price}`)
        .orderBy(pets.price),
  ],
  [
    'columns beside an object',
    (on) =>
      on.select({ id: people.id, pet: pets }).from(people).leftJoin(pets, eq(pets.owner, people.id)).orderBy(people.id),
  ],
]

for (const [name, build] of selections) {
  test(`${name} comes out as Drizzle itself makes it`, async () => {
    const [ours, theirs] = [await build(db.read).all(), await build(stock).all()]
    expect(ours.length).toBeGreaterThan(1)
    expect(ours).toEqual(theirs)
    expect(await build(db.read).get()).toEqual(theirs[0])
  })
}
