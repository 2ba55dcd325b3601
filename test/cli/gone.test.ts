import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, type ServerProcess, startServer, temporaryFolder } from '../support/command'
import { callerOf } from '../support/system'

const folder = temporaryFolder()
afterAll(folder.remove)

const longestMs = 8_000
const said = (dataDir: string) =>
  `minispod: DATA_DIR: ${dataDir} or the database in it was removed or replaced under the running server; nothing can be saved, so it ends\n`

/** It ends by itself with 1 and its last word on standard error, and answers no write with a success until then. */
async function expectEnd(server: ServerProcess, dataDir: string): Promise<void> {
  const from = performance.now()
  const answers: number[] = []
  let ended: number | undefined
  void server.ended.then((code) => {
    ended = code
  })
  for (let person = 0; ended === undefined && performance.now() - from < longestMs; person++) {
    const body = { email: `late${person}@example.com`, password: 'correct horse battery', name: 'Late' }
    const { status } = await callerOf(server.url, {})
      .post('/auth/register', body)
      .catch(() => ({ status: 0 }))
    answers.push(status)
    await Bun.sleep(20)
  }
  expect(await server.ended).toBe(1)
  expect(server.err()).toEndWith(said(dataDir))
  expect(answers.filter((status) => status !== 0 && status !== 503)).toEqual([])
}

const takeAway: [string, (dataDir: string) => void][] = [
  ['the folder is removed', (dataDir) => rmSync(dataDir, { recursive: true })],
  ['the folder is moved away', (dataDir) => renameSync(dataDir, `${dataDir}.old`)],
  ['the database is removed', (dataDir) => rmSync(join(dataDir, 'minispod.db'))],
  ['the log of the database is removed', (dataDir) => rmSync(join(dataDir, 'minispod.db-wal'))],
  ['the lock is removed', (dataDir) => rmSync(join(dataDir, 'serve.lock'))],
]

test.each(takeAway)(
  'when %s under a running server it notices, saves nothing any more and ends',
  async (name, take) => {
    const dataDir = join(folder.path, name.replaceAll(' ', '-'))
    const server = await startServer({ dataDir, environment: { RATE_LIMITS: 'off' } })
    take(dataDir)
    if (name.includes('lock')) {
      expect(await server.ended).toBe(1)
      expect(server.err()).toEndWith(said(dataDir))
    } else await expectEnd(server, dataDir)
  },
  60_000,
)

test.skipIf(process.platform !== 'linux')(
  'no second server starts where the folder of a running one was removed',
  async () => {
    const dataDir = join(folder.path, 'second')
    const first = await startServer({ dataDir })
    // It can’t notice anything now, however fast the second one is.
    first.signal('SIGSTOP')
    rmSync(dataDir, { recursive: true })
    mkdirSync(dataDir)
    const second = await runCommand(['serve'], { dataDir, environment: { PORT: '0', HOST: '127.0.0.1' } })
    expect([second.code, second.err]).toEqual([1, `minispod: DATA_DIR: ${dataDir} is in use by another server\n`])
    first.signal('SIGCONT')
    expect(await first.ended).toBe(1)
    expect(first.err()).toEndWith(said(dataDir))
    const third = await startServer({ dataDir })
    expect(await third.stop()).toBe(0)
  },
  60_000,
)

test('one database file outside of the data directory is served by one server only', async () => {
  const environment = { DATABASE_URL: `file:${join(folder.path, 'shared.db')}` }
  const first = await startServer({ dataDir: join(folder.path, 'one'), environment })
  const second = await runCommand(['serve'], {
    dataDir: join(folder.path, 'two'),
    environment: { ...environment, PORT: '0', HOST: '127.0.0.1' },
  })
  expect([second.code, second.err]).toEqual([
    1,
    `minispod: DATABASE_URL: ${join(folder.path, 'shared.db')} is in use by another server\n`,
  ])
  expect(await first.stop()).toBe(0)
}, 60_000)
