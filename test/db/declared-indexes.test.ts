import { expect, test } from 'bun:test'
import { Glob } from 'bun'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { openBooks } from './books'

test('every table and index that the sources declare stands in a migrated database', async () => {
  const books = await openBooks()
  const there = new Set(books.connection.all('select name from sqlite_schema').map(([name]) => String(name)))
  books.close()
  const declared = new Set<string>()
  for (const path of new Glob('src/**/tables.ts').scanSync('.')) {
    for (const exported of Object.values(await import(`../../${path}`))) {
      if (!(exported instanceof SQLiteTable)) continue
      const { name, indexes } = getTableConfig(exported)
      for (const each of [name, ...indexes.map(({ config }) => config.name)]) declared.add(each)
    }
  }
  expect(declared.size).toBeGreaterThan(100)
  expect([...declared].filter((name) => !there.has(name))).toEqual([])
})
