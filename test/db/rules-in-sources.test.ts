import { expect, test } from 'bun:test'
import { Glob } from 'bun'

/** `INSERT OR IGNORE` and `OR REPLACE` override the conflict policy of every trigger they set off: the rules would bend. */
const bendingRules = /\bor\s+(replace|ignore|fail|rollback)\b(?=\s+into\b|\s+\w+\s+set\b)|\breplace\s+into\b/i

async function offending(glob: string, folder: string): Promise<string[]> {
  const found: string[] = []
  for await (const file of new Glob(glob).scan({ cwd: folder, absolute: true })) {
    if (bendingRules.test(await Bun.file(file).text())) found.push(file)
  }
  return found
}

const root = `${import.meta.dir}/../..`

test('no statement of the product can bend the rules of the database', async () => {
  expect(await offending('**/*.ts', `${root}/src`)).toEqual([])
  expect(await offending('**/*.sql', `${root}/drizzle`)).toEqual([])
})

test('the search would find one', () => {
  for (const text of [
    'INSERT OR REPLACE INTO a',
    'insert or\n  ignore into a',
    'UPDATE OR IGNORE a SET',
    'REPLACE INTO a',
  ]) {
    expect(bendingRules.test(text)).toBe(true)
  }
})
