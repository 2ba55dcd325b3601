import { Database } from 'bun:sqlite'
import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { runCommand, startServer, temporaryFolder } from '../support/command'

const folder = temporaryFolder()
afterAll(folder.remove)
let count = 0

/** What a start says that comes to nothing: one line on standard error, no stack, no log. */
async function refusalOf(environment: Record<string, string>, dataDir = join(folder.path, `data-${++count}`)) {
  const { code, out, err } = await runCommand(['serve'], {
    dataDir,
    environment: { PORT: '0', HOST: '127.0.0.1', ...environment },
  })
  expect([code, out]).toEqual([1, ''])
  expect(err).not.toMatch(/\n\s+at /)
  const lines = err.trimEnd().split('\n')
  expect(lines).toHaveLength(1)
  return lines[0]!
}

function fileWith(name: string, content: string): string {
  const path = join(folder.path, name)
  writeFileSync(path, content)
  return path
}

test('a port that is in use stops the start', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((ready) => holder.once('listening', ready))
  const { port } = holder.address() as { port: number }
  expect(await refusalOf({ PORT: String(port) })).toBe(
    `minispod: PORT: 127.0.0.1:${port} is in use: end what listens there, or choose another port (PORT=0 takes a free one)`,
  )
  holder.close()
})

test('an address that is not this machine’s stops the start', async () => {
  expect(await refusalOf({ HOST: '203.0.113.7' })).toMatch(/^minispod: HOST: 203\.0\.113\.7:0 can’t be listened on$/)
})

test('a data directory that can’t be written stops the start', async () => {
  const file = fileWith('a-file', '')
  expect(await refusalOf({}, join(file, 'data'))).toBe(`minispod: DATA_DIR: ${file}/data can’t be written (ENOTDIR)`)
  expect(await refusalOf({}, file)).toBe(`minispod: DATA_DIR: ${file} can’t be written (EEXIST)`)
})

test.each([
  ['garbage', '}{ not a kubeconfig'],
  ['an empty file', ''],
  ['a list', '- a\n- b\n'],
  ['no context', 'apiVersion: v1\nkind: Config\n'],
  ['a context that leads nowhere', 'apiVersion: v1\nkind: Config\ncurrent-context: x\ncontexts: []\n'],
  [
    'a cluster without an address',
    'current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {}}]\nusers: [{name: u, user: {}}]\n',
  ],
])('a kubeconfig with %s stops the start', async (name, content) => {
  const path = fileWith(`kubeconfig-${name.replaceAll(' ', '-')}`, content)
  expect(await refusalOf({ KUBECONFIG: path })).toStartWith(`minispod: kubeconfig ${path}: `)
})

test('a kubeconfig that is not there, or is a folder, stops the start', async () => {
  const missing = join(folder.path, 'nowhere.yaml')
  expect(await refusalOf({ KUBECONFIG: missing })).toStartWith(`minispod: kubeconfig ${missing}: `)
  expect(await refusalOf({ KUBECONFIG: folder.path })).toStartWith(`minispod: kubeconfig ${folder.path}: `)
})

test.each(['{', '{}', '', '{"jwtSecret": "hunter2canary"}', '[]', 'null'])(
  'damaged secrets (%p) stop the start, are not repeated and not replaced',
  async (content) => {
    const dataDir = join(folder.path, `secrets-${++count}`)
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'secrets.json'), content)
    const told = await refusalOf({}, dataDir)
    expect(told).toStartWith('minispod: ')
    expect(told).toContain(`${dataDir}/secrets.json`)
    expect(told).not.toContain('hunter2canary')
    expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toBe(content)
  },
)

test('a file that is no database stops the start, and stays as it is', async () => {
  const dataDir = join(folder.path, `database-${++count}`)
  mkdirSync(dataDir)
  const path = join(dataDir, 'minispod.db')
  writeFileSync(path, 'not a database, but somebody’s only copy of something'.repeat(100))
  const before = readFileSync(path)
  expect(await refusalOf({}, dataDir)).toMatch(/^minispod: .*minispod\.db/)
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('wrong variables are all told before anything is made', async () => {
  const dataDir = join(folder.path, 'never-made')
  const { code, err } = await runCommand(['serve'], { dataDir, environment: { PORT: 'x', TZ_BILLING: 'Mars' } })
  expect(code).toBe(1)
  expect(err).toBe(
    'minispod: PORT: must be a whole number from 0 to 65535 (it is "x")\n' +
      'minispod: TZ_BILLING: must be a time zone such as Asia/Jakarta (it is "Mars")\n',
  )
  expect(() => readFileSync(dataDir)).toThrow('ENOENT')
})

test('a second server on the same folder stops at its start, and one after the first was killed does not', async () => {
  const dataDir = join(folder.path, 'shared')
  const first = await startServer({ dataDir })
  expect(await refusalOf({}, dataDir)).toBe(`minispod: DATA_DIR: ${dataDir} is in use by another server`)
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  first.signal('SIGKILL')
  await first.ended
  const next = await startServer({ dataDir })
  expect(await next.stop()).toBe(0)
})

test('a folder whose keys are gone stops the start while something is sealed with them', async () => {
  const dataDir = join(folder.path, 'keyless')
  const first = await startServer({ dataDir })
  expect(await first.stop()).toBe(0)
  const secrets = readFileSync(join(dataDir, 'secrets.json'))
  const database = new Database(join(dataDir, 'minispod.db'))
  // A value as an instance has it, under a key that is in no ring.
  database.run('PRAGMA foreign_keys = OFF')
  database.run(`INSERT INTO instances (id, subscription_id, user_id, name, namespace, subdomain, template_name, cpu_millicores,
    memory_mb, storage_gb, inputs, sealed_secrets, desired_state, status, status_changed_at, created_at, updated_at)
    VALUES ('i', 's', 'u', 'n', 'n', 'n', 'n8n', 1, 1, 1, '{}', 'v1.lost.a.b', 'STOPPED', 'STOPPED', 1, 1, 1)`)
  database.close()
  expect(await refusalOf({}, dataDir)).toStartWith(
    'minispod: DATA_DIR: 1 value is sealed with the key "lost", which is neither in',
  )
  expect(readFileSync(join(dataDir, 'secrets.json')).equals(secrets)).toBe(true)
})

test('ports at the end of the range, and remembered ones that are none, cost no start', async () => {
  const dataDir = join(folder.path, 'ports')
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'ports.json'), '{"gateway":99999,"apps":-4}')
  const server = await startServer({ dataDir })
  expect(await server.stop()).toBe(0)
})
