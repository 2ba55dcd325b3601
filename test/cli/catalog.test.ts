import { afterAll, expect, test } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, startServer, temporaryFolder } from '../support/command'

const { path: folder, remove } = temporaryFolder()
afterAll(remove)

const [mine, other] = [join(folder, 'mine'), join(folder, 'other')]
const run = (dataDir: string, ...args: string[]) => runCommand(['catalog', ...args], { dataDir })
const file = join(folder, 'catalog.json')

test('a shop goes to a file, is changed there, tried, and brought beside a running server', async () => {
  const server = await startServer({ dataDir: mine })
  try {
    expect((await run(mine, 'export', file)).code).toBe(0)
    const text = readFileSync(file, 'utf8')
    expect(await run(mine, 'export')).toMatchObject({ code: 0, out: text })
    expect(JSON.parse((await run(mine, 'import', file)).out)).toMatchObject({ updates: [], creates: [], retires: [] })

    writeFileSync(file, text.replace('"name": "Memos"', '"name": "Our notes"'))
    const nameNow = async () => (await (await fetch(`${server.url}/api/catalog/services/memos`)).json()).data.name
    expect(await nameNow()).toBe('Memos')
    const tried = await run(mine, 'import', file, '--dry-run')
    expect(JSON.parse(tried.out)).toMatchObject({ dryRun: true, updates: [{ kind: 'service', slug: 'memos' }] })
    expect(await nameNow()).toBe('Memos')
    expect((await run(mine, 'import', file)).code).toBe(0)
    expect(await nameNow()).toBe('Our notes')
  } finally {
    await server.stop()
  }
})

test('an empty shop becomes the same one, with the licences confirmed, and what is missing is retired where that is asked for', async () => {
  const refused = await run(other, 'import', file)
  expect([refused.code, refused.out]).toEqual([1, ''])
  expect(refused.err).toMatch(/catalog\.json: \/services\/\d+\/confirmLicence: The licence asks for an agreement/)
  expect(refused.err).toEndWith('minispod: nothing was changed\n')
  expect((await run(other, 'import', file, '--confirm-licences')).code).toBe(0)
  const again = join(folder, 'again.json')
  await run(other, 'export', again)
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(file, 'utf8'))
  const empty = join(folder, 'empty.json')
  writeFileSync(empty, '{"version": 1, "categories": [], "services": []}')
  expect(JSON.parse((await run(other, 'import', empty)).out).retires).toEqual([])
  const { retires } = JSON.parse((await run(other, 'import', empty, '--retire-missing', '--dry-run')).out)
  expect(retires.length).toBeGreaterThan(20)
})

test('a slip is told in a line and does nothing', async () => {
  for (const args of [
    ['import'],
    ['export', 'a', 'b'],
    ['export', '--dry-run'],
    ['import', file, '--dry'],
    ['swap'],
    [],
  ])
    expect(await run(mine, ...args)).toMatchObject({ code: 1, err: expect.stringContaining('catalog import FILE') })
  expect(await run(mine, 'import', join(folder, 'none.json'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('ENOENT'),
  })
  const broken = join(folder, 'broken.json')
  writeFileSync(broken, '{')
  expect(await run(mine, 'import', broken)).toMatchObject({ code: 1, err: expect.stringContaining('not well-formed') })
  expect(existsSync(join(folder, 'a'))).toBe(false)
})
