import { afterAll, beforeAll, expect, test } from 'bun:test'
import manifest from '../../package.json' with { type: 'json' }
import { version } from '../../src/version'
import { runCommand, temporaryFolder } from '../support/command'

const folder = temporaryFolder()
const dataDir = `${folder.path}/data`
const run = (...args: string[]) => runCommand(args, { dataDir })
beforeAll(() => run('migrate'))
afterAll(folder.remove)

test('an unknown command is told with those there are, and ends with 2', async () => {
  const { code, out, err } = await run('serv')
  expect([code, out]).toEqual([2, ''])
  expect(err).toStartWith('minispod: no command "serv"\nusage: minispod [command]\n')
  for (const name of ['serve', 'migrate', 'seed', 'create-admin', 'openapi', 'verify'])
    expect(err).toContain(`  ${name} `)
})

test.each(['--help', '-h', 'help'])('%s lists the commands', async (flag) => {
  const { code, out, err } = await run(flag)
  expect([code, err]).toEqual([0, ''])
  expect(out).toStartWith('usage: minispod [command]\n')
})

test.each(['--version', '-v'])('%s prints the version and nothing else', async (flag) => {
  expect(await run(flag)).toEqual({ code: 0, out: `${version}\n`, err: '' })
})

test('migrate brings a new database up to date, once', async () => {
  const fresh = { dataDir: `${folder.path}/fresh` }
  const first = await runCommand(['migrate'], fresh)
  expect([first.code, first.err]).toEqual([0, ''])
  expect(first.out).toMatch(/^Applied .+\.\n$/)
  expect(await runCommand(['migrate'], fresh)).toEqual({ code: 0, out: 'The database is up to date.\n', err: '' })
})

test('seed fills an empty catalog, once', async () => {
  expect((await run('seed')).out).toMatch(/^\d+ services are in the catalog\.\n$/)
  const again = await run('seed')
  expect(again).toEqual({ code: 0, out: 'The catalog holds something already; nothing was changed.\n', err: '' })
})

test('create-admin tells a new password once, and refuses an address that is taken', async () => {
  const first = await run('create-admin', 'Boss@Example.com', 'The', 'Boss')
  expect([first.code, first.err]).toEqual([0, ''])
  expect(first.out).toMatch(/^Boss@Example\.com {2}\S{20}\n$/)
  const again = await run('create-admin', 'boss@example.com')
  expect(again).toEqual({ code: 1, out: '', err: 'minispod: This e-mail address is taken\n' })
})

test.each([
  [[], 'an e-mail address is missing: create-admin <email> [name]'],
  [['nobody'], '"nobody" is not a valid e-mail address'],
  [['a b@example.com'], '"a b@example.com" is not a valid e-mail address'],
])('create-admin %j says what is wrong with the address', async (words, why) => {
  expect(await run('create-admin', ...words)).toEqual({ code: 1, out: '', err: `minispod: ${why}\n` })
})

test('openapi prints the whole document, the same every time, also into a pipe that is read slowly', async () => {
  const { code, out, err } = await run('openapi')
  expect([code, err]).toEqual([0, ''])
  expect(out.length).toBeGreaterThan(100_000)
  expect(JSON.parse(out).openapi).toBe('3.1.0')
  expect((await run('openapi')).out).toBe(out)
})

test('verify ends with 0 on books that are in order', async () => {
  const { code, out } = await run('verify')
  expect(code).toBe(0)
  expect(out.split('\n')).toContain('Every balance, slot and number is as it should be.')
})

test('a command says what is wrong with the environment like the server does', async () => {
  const refused = await runCommand(['migrate'], { dataDir, environment: { PORT: 'x', LOG_LEVEL: 'loud' } })
  expect([refused.code, refused.out]).toEqual([1, ''])
  expect(
    refused.err
      .trim()
      .split('\n')
      .map((line) => line.split(':').slice(0, 2).join()),
  ).toEqual(['minispod, PORT', 'minispod, LOG_LEVEL'])
})

test('a word that a command does not take is refused before anything is done', async () => {
  for (const words of [
    ['serve', '--prot=4000'],
    ['migrate', 'down'],
    ['verify', 'x'],
  ]) {
    const { code, out, err } = await run(...words)
    expect([code, out]).toEqual([2, ''])
    expect(err).toStartWith(`minispod: ${words[0]} takes no "${words[1]}"\n`)
  }
})

test('licences prints our own text and that of every package the program runs with', async () => {
  const { code, out } = await run('licences')
  expect(code).toBe(0)
  expect(out).toStartWith('GNU AFFERO GENERAL PUBLIC LICENSE\n')
  // What is compared is short, so that a failure can be read.
  const told = new Set([...out.matchAll(/^(\S+) \d\S* {2}.*\n\n(?=\S)/gm)].map(([, name]) => name))
  expect(Object.keys(manifest.dependencies).filter((name) => !told.has(name))).toEqual([])
  expect(told.has('drizzle-kit')).toBe(false)
})
