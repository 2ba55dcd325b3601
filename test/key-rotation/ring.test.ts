import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '../../src/config'
import { changeKeptSecrets, type KeptSecrets, newKey } from '../../src/data-dir/kept-secrets'
import { loadSecrets } from '../../src/data-dir/secrets'
import { createSealer } from '../../src/lib/seal'
import { eventually } from '../support/until'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minispod-ring-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (environment: Record<string, string> = {}, report?: (error: unknown) => void) =>
  loadSecrets(parseConfig({ DATA_DIR: folder, ...environment }), report)
const kept = (): KeptSecrets => JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'))
const addKeys = () =>
  changeKeptSecrets(folder, (now) => ({
    ...now,
    sealingKeys: [newKey(new Date()), ...now.sealingKeys],
    signingKeys: [newKey(new Date()), ...now.signingKeys],
  }))
const keyText = (fill: number): string => Buffer.alloc(32, fill).toString('base64')

test('secrets are made once, for their owner alone, and nothing half-made stays beside them', () => {
  const first = open()
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['secrets.json'])
  expect(open().sealing.newest()).toEqual(first.sealing.newest())
  expect(open().signing.newest()).toEqual(first.signing.newest())
})

test('several processes that start at once on an empty folder end up with the same keys', async () => {
  const script = `
    const { loadSecrets } = await import(${JSON.stringify(join(import.meta.dir, '../../src/data-dir/secrets.ts'))})
    await Bun.sleep(${Date.now() + 600} - Date.now())
    const { sealing } = loadSecrets({ dataDir: ${JSON.stringify(folder)} })
    console.log(sealing.newest().id)`
  const children = Array.from({ length: 4 }, () => Bun.spawn([process.execPath, '-e', script], { stderr: 'inherit' }))
  const ids = await Promise.all(children.map(async (child) => (await new Response(child.stdout).text()).trim()))
  expect(ids).toEqual(Array(4).fill(kept().sealingKeys[0]!.id))
})

test('a server that runs opens what was sealed with a key made after its start', () => {
  const server = open()
  const before = server.sealing.newest().id
  addKeys()
  const sealed = createSealer(open().sealing).seal('secret', 'row')
  expect(createSealer(server.sealing).open(sealed, 'row')).toBe('secret')
  expect(server.sealing.newest().id).not.toBe(before)
  expect(server.sealing.find(before)).toBeDefined()
})

test('a server seals with the new key within about a second, without ever having met it', async () => {
  const server = open()
  const before = server.sealing.newest().id
  addKeys()
  await eventually(() => server.sealing.newest().id !== before)
  expect(server.sealing.newest().id).toBe(kept().sealingKeys[0]!.id)
  expect(server.signing.newest().id).toBe(kept().signingKeys[0]!.id)
})

test('a file that can no longer be read is told once and leaves the ring as it was', () => {
  const told: unknown[] = []
  const server = open({}, (error) => told.push(error))
  const before = server.sealing.all()
  writeFileSync(join(folder, 'secrets.json'), '{"sealingKeys": [')
  expect(server.sealing.find('unknown')).toBeUndefined()
  expect(server.sealing.find('unknown')).toBeUndefined()
  expect(server.sealing.all()).toEqual(before)
  expect(told.map(String)).toEqual([expect.stringContaining('is damaged')])
})

test('a file that is taken away is not made anew under a running server', () => {
  const told: unknown[] = []
  const server = open({}, (error) => told.push(error))
  rmSync(join(folder, 'secrets.json'))
  expect(server.sealing.find('unknown')).toBeUndefined()
  expect(readdirSync(folder)).toEqual([])
  expect(told).toHaveLength(1)
})

test('a damaged file stops the start, and its content is not shown', () => {
  for (const text of [
    '{"sealingKeys": ["hunter2"',
    '{"sealingKeys": [], "signingKeys": [], "gatewayKey": "hunter2"}',
    '',
  ]) {
    writeFileSync(join(folder, 'secrets.json'), text)
    expect(() => open()).toThrow(/^DATA_DIR: .*secrets\.json is damaged/)
    expect(() => open()).not.toThrow(/hunter2/)
  }
})

test('what was sealed before ENCRYPTION_KEYS was set stays readable behind it', () => {
  const sealed = createSealer(open().sealing).seal('secret', 'row')
  const { sealing } = open({ ENCRYPTION_KEYS: `e2:${keyText(2)},e1:${keyText(1)}` })
  expect(sealing.all().map(({ id }) => id)).toEqual(['e2', 'e1', kept().sealingKeys[0]!.id])
  expect(createSealer(sealing).open(sealed, 'row')).toBe('secret')
})

test('JWT_SECRET may hold several, of which each must be long enough; what is kept is then not used', () => {
  const [first, second] = ['n'.repeat(32), 'o'.repeat(32)]
  const { signing } = open({ JWT_SECRET: `${first}, ${second}` })
  expect(signing.all().map(({ key }) => Buffer.from(key).toString())).toEqual([first!, second!])
  expect(() => open({ JWT_SECRET: `${first},hunter2` })).toThrow(/^JWT_SECRET: must be at least 32 characters, each/)
  expect(() => open({ JWT_SECRET: `${first},hunter2` })).not.toThrow(/hunter2/)
})

test('two commands never change the keys at once, and a lock that a killed one left does not stay', () => {
  open()
  const lock = join(folder, 'secrets.json.lock')
  writeFileSync(lock, '')
  expect(addKeys).toThrow(/another process is changing the keys/)
  utimesSync(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000))
  expect(addKeys().sealingKeys).toHaveLength(2)
  expect(readdirSync(folder)).toEqual(['secrets.json'])
})
