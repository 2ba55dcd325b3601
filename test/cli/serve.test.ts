import { afterAll, expect, test } from 'bun:test'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src/db'
import { plans } from '../../src/features/catalog/tables'
import { mails } from '../../src/features/mails/tables'
import { newId } from '../../src/lib/ids'
import { runCommand, type ServerProcess, startServer, temporaryFolder } from '../support/command'
import { readEvents } from '../support/event-source'
import { program } from '../support/program'
import { type Caller, callerOf, until } from '../support/system'

const folders: ReturnType<typeof temporaryFolder>[] = []
const servers: ServerProcess[] = []
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  for (const folder of folders) folder.remove()
})

function newDataDir(): string {
  const folder = temporaryFolder()
  folders.push(folder)
  return join(folder.path, 'data')
}

async function start(dataDir: string, environment: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServer({ dataDir, environment })
  servers.push(server)
  return server
}

const password = 'hunter2-canary-password'

async function register(url: string, email: string) {
  const { status, body } = await callerOf(url, {}).post('/auth/register', { email, password, name: 'Dewi' })
  expect(status).toBe(201)
  return body.data as { accessToken: string; refreshToken: string; user: { id: string } }
}

const as = (url: string, accessToken: string): Caller => callerOf(url, { authorization: `Bearer ${accessToken}` })
const administrator = (text: string) => /Administrator.* (\S+@\S+) {2}(\S+)/.exec(text)

test('the first start tells its administrator once, and what is in the data directory outlives every restart', async () => {
  const dataDir = newDataDir()
  const first = await start(dataDir)
  const [, email, told] = administrator(first.err())!
  expect(first.err().split(told!)).toHaveLength(2)
  const customer = await register(first.url, 'dewi@example.com')
  const categories = (await as(first.url, '').get('/catalog/categories')).body
  expect(await first.stop()).toBe(0)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)

  const second = await start(dataDir)
  expect(administrator(second.err())).toBeNull()
  expect(second.err() + second.out()).not.toContain(told!)
  // The access token of before still holds: the signing key was kept too.
  const me = await as(second.url, customer.accessToken).get('/auth/me')
  expect(me.body.data).toMatchObject({ id: customer.user.id, email: 'dewi@example.com' })
  expect((await as(second.url, '').post('/auth/login', { email, password: told })).status).toBe(200)
  expect((await as(second.url, '').get('/catalog/categories')).body).toEqual(categories)
  expect(await second.stop()).toBe(0)
})

test('a damaged ports.json costs the old ports, not the start', async () => {
  const dataDir = newDataDir()
  expect((await runCommand(['migrate'], { dataDir })).code).toBe(0)
  writeFileSync(join(dataDir, 'ports.json'), '{"gateway": "x"')
  const server = await start(dataDir)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  expect(await server.stop()).toBe(0)
})

/** A mail provider that is in no hurry: what waits for it keeps a shutdown waiting. */
function startSlowProvider() {
  let release = () => {}
  const released = new Promise<void>((done) => {
    release = done
  })
  let asked = 0
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch() {
      asked++
      await released
      return Response.json({ id: 'mail-1' })
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, release, asked: () => asked, stop: () => server.stop(true) }
}

/** An app that costs nothing, sold through the running server. */
async function subscribe(dataDir: string, customer: Caller): Promise<string> {
  const service = (await customer.get('/catalog/services/n8n')).body.data
  const db = await openDatabase({ url: `file:${join(dataDir, 'minispod.db')}` })
  const id = newId('plan')
  const size = { cpuMillicores: 500, memoryMb: 1024, storageGb: 5, totalQuota: 5 }
  const stamps = { createdAt: new Date(), updatedAt: new Date() }
  const gift = { id, serviceId: service.id, name: 'Gift', tier: 99, price: 0n, features: [], ...size, ...stamps }
  await db.write((tx) => tx.insert(plans).values(gift).run())
  await db.close()
  const { status, body } = await customer.post('/subscriptions', { planId: id })
  expect(status).toBe(201)
  return body.data.instance.id
}

/** What became of the mails, once no server has the file open. */
async function mailsIn(dataDir: string): Promise<string[]> {
  const db = await openDatabase({ url: `file:${join(dataDir, 'minispod.db')}` })
  const rows = await db.read.select({ status: mails.status }).from(mails).all()
  await db.close()
  return rows.map(({ status }) => status)
}

test('SIGTERM: streams are told, /readyz says 503 while work ends, and the process ends with 0', async () => {
  const provider = startSlowProvider()
  const dataDir = newDataDir()
  const server = await start(dataDir, { RESEND_API_KEY: 're_canary', RESEND_BASE_URL: provider.url })
  const { accessToken } = await register(server.url, 'sari@example.com')
  const customer = as(server.url, accessToken)
  const instance = await subscribe(dataDir, customer)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  await until(
    'a mail under way',
    async () => provider.asked(),
    (asked) => asked > 0,
  )

  const told: string[] = []
  const stream = (async () => {
    const headers = { authorization: `Bearer ${accessToken}` }
    const events = readEvents(`${server.url}/api/instances/${instance}/logs/stream`, headers, 100_000)
    for await (const { type, data } of events) told.push(`${type} ${data}`)
  })()
  const openStreams = async () => (await fetch(`${server.url}/metrics`)).text()
  await until('the stream', openStreams, (text) => /logs\/stream",status="200"\} 1/.test(text))

  server.signal('SIGTERM')
  await stream
  expect(told.at(-1)).toBe('status {"status":"closing","reason":"the server is shutting down"}')
  const closing = await fetch(`${server.url}/readyz`)
  expect([closing.status, (await closing.json()).status]).toEqual([503, 'unavailable'])
  expect((await fetch(`${server.url}/livez`)).status).toBe(200)
  provider.release()
  expect(await server.ended).toBe(0)
  expect(server.out()).not.toContain('stopped before every request was answered')
  // The job was not given back: it had its end before the queue's.
  expect(await mailsIn(dataDir)).toContain('SENT')
  provider.stop()
})

test('a SIGTERM that is meant a second time ends what will not end by itself; one doubled at once does not', async () => {
  const provider = startSlowProvider()
  const server = await start(newDataDir(), { RESEND_API_KEY: 're_canary', RESEND_BASE_URL: provider.url })
  await register(server.url, 'tuti@example.com')
  await until(
    'a mail under way',
    async () => provider.asked(),
    (asked) => asked > 0,
  )
  // Ctrl-C does that: once from the terminal, once through whoever started the server.
  server.signal('SIGTERM')
  server.signal('SIGTERM')
  expect(await Promise.race([server.ended, Bun.sleep(300).then(() => 'still there')])).toBe('still there')
  const again = setInterval(() => server.signal('SIGTERM'), 250)
  expect(await server.ended).toBe(1)
  clearInterval(again)
  provider.stop()
})

test('the log is JSON lines with request ids, and holds no password, token or key', async () => {
  const dataDir = newDataDir()
  const secret = 'a-canary-signing-secret-of-many-characters'
  const server = await start(dataDir, { LOG_LEVEL: 'trace', JWT_SECRET: secret, TRUSTED_PROXIES: '127.0.0.1' })
  const adminPassword = administrator(server.err())![2]!
  const { accessToken, refreshToken } = await register(server.url, 'ayu@example.com')
  const customer = as(server.url, accessToken)
  await customer.get('/auth/me', { 'x-request-id': 'request-of-ayu' })
  await customer.post('/auth/login', { email: 'ayu@example.com', password: `${password}-wrong` })
  await customer.post('/auth/login', `{"password":"${password}`)
  await customer.post('/auth/change-password', { currentPassword: password, newPassword: [password] })
  const next = (await customer.post('/auth/refresh', { refreshToken })).body.data
  await customer.get(`/nowhere/${password}?password=${password}`)
  await customer.get(`/subscriptions/${password}`)
  expect(await server.stop()).toBe(0)

  const lines = server
    .out()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  for (const line of lines) {
    expect([typeof line.level, typeof line.time, typeof line.msg]).toEqual(['number', 'number', 'string'])
  }
  expect(lines.find(({ requestId }) => requestId === 'request-of-ayu')).toMatchObject({
    method: 'GET',
    route: '/api/auth/me',
    status: 200,
    msg: 'request',
  })
  const requests = lines.filter(({ msg }) => msg === 'request')
  expect(requests.length).toBeGreaterThanOrEqual(8)
  expect(requests.every(({ requestId }) => typeof requestId === 'string')).toBe(true)
  for (const canary of [
    password,
    adminPassword,
    accessToken,
    refreshToken,
    next.accessToken,
    next.refreshToken,
    secret,
  ]) {
    expect(server.out()).not.toContain(canary)
  }
})

test('it ends in time although nobody reads its log any more', async () => {
  const dataDir = newDataDir()
  const main = await program()
  // The reader leaves after the first bytes, or stays and reads no more: a pipe is full after 64 KiB.
  for (const reader of ['head -c 10', 'sleep 30']) {
    const environment = { ...process.env, PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, LOG_LEVEL: 'info' }
    const command = `"${process.execPath}" "${main}" 2>&3 & echo $! >&3; wait $!; echo ended $? >&3`
    const child = Bun.spawn(['bash', '-c', `exec 3>&2; { ${command}; } | ${reader}`], {
      env: environment,
      stdout: 'ignore',
      stderr: 'pipe',
    })
    let told = ''
    const reading = (async () => {
      for await (const chunk of child.stderr) told += new TextDecoder().decode(chunk)
    })()
    const { url, pid } = await until(
      'the start',
      async () => ({ url: /API +(http\S+)\/api/.exec(told)?.[1], pid: Number(/^(\d+)$/m.exec(told)?.[1]) }),
      ({ url }) => url !== undefined,
    )
    for (let call = 0; call < 1_000; call++) await fetch(`${url}/livez`)
    process.kill(pid, 'SIGTERM')
    await until(
      'the end',
      async () => told,
      (text) => text.includes('ended'),
    )
    expect(told).toContain('ended 0')
    child.kill('SIGKILL')
    await Promise.race([reading, Bun.sleep(100)])
  }
})
