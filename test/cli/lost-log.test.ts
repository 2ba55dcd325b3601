import { afterAll, expect, test } from 'bun:test'
import { rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, startServer, temporaryFolder } from '../support/command'
import { callerOf } from '../support/system'

const folder = temporaryFolder()
afterAll(folder.remove)

/** A server that took in some people and was killed before anything went from the log into the file. */
async function killedServer(name: string): Promise<string> {
  const dataDir = join(folder.path, name)
  // What was there before stays: it went into the file at the end of that server.
  expect(await (await startServer({ dataDir })).stop()).toBe(0)
  const server = await startServer({ dataDir, environment: { RATE_LIMITS: 'off' } })
  const anybody = callerOf(server.url, {})
  for (let person = 0; person < 4; person++) {
    const email = `person${person}@example.com`
    const { status } = await anybody.post('/auth/register', { email, password: 'correct horse battery', name: 'Siti' })
    expect(status).toBe(201)
  }
  server.signal('SIGKILL')
  await server.ended
  return dataDir
}

const told = /lacks \d+ of the commits that were acknowledged, the last at 20\S+Z: its log \(-wal\) was taken away/

test('a log that is gone stops the start and every command that writes, and verify says so', async () => {
  const dataDir = await killedServer('taken-away')
  rmSync(join(dataDir, 'minispod.db-wal'))
  for (const command of [['serve'], ['create-admin', 'boss@example.com']]) {
    const { code, out, err } = await runCommand(command, { dataDir, environment: { PORT: '0', HOST: '127.0.0.1' } })
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(told)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  }
  const verified = await runCommand(['verify'], { dataDir })
  expect(verified.code).toBe(1)
  expect(verified.out).toMatch(told)
})

test('accept-loss is the yes: the audit log keeps it, the next start goes on, and nothing is missed any more', async () => {
  const dataDir = await killedServer('accepted')
  truncateSync(join(dataDir, 'minispod.db-wal'), 0)
  const [, missing] = /lacks (\d+) of/.exec((await runCommand(['migrate'], { dataDir })).err)!
  const accepted = await runCommand(['accept-loss'], { dataDir })
  expect([accepted.code, accepted.err]).toEqual([0, ''])
  expect(accepted.out).toStartWith(`${missing} commits, the last of 20`)
  expect((await runCommand(['verify'], { dataDir })).code).toBe(0)
  const made = (await runCommand(['create-admin', 'boss@example.com'], { dataDir })).out
  const boss = { email: 'boss@example.com', password: made.trim().split(/\s+/)[1] }

  const server = await startServer({ dataDir })
  const signedIn = await callerOf(server.url, {}).post('/auth/login', boss)
  const admin = callerOf(server.url, { authorization: `Bearer ${signedIn.body.data.accessToken}` })
  const { body } = await admin.get('/admin/audit?action=database.accept-loss')
  expect(body.data).toHaveLength(1)

  const beside = await runCommand(['accept-loss'], { dataDir })
  expect([beside.code, beside.err]).toEqual([1, `minispod: DATA_DIR: ${dataDir} is in use by another server\n`])
  expect(await server.stop()).toBe(0)
  expect((await runCommand(['accept-loss'], { dataDir })).out).toBe('Nothing is missing; nothing was changed.\n')
})
