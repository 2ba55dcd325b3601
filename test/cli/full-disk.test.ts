import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, type ServerProcess, startServer, temporaryFolder } from '../support/command'
import { program } from '../support/program'
import { callerOf, until } from '../support/system'

const folder = temporaryFolder()
const mounted: string[] = []
afterAll(() => {
  for (const disk of mounted) Bun.spawnSync(['umount', '-l', disk])
  folder.remove()
})

const sizeMiB = 10
const bare = { KUBECONFIG: '', PORT: '0', HOST: '127.0.0.1' }

/** A disk of its own in memory; undefined where this user may not mount one. */
function mountDisk(name: string): string | undefined {
  const disk = join(folder.path, name)
  mkdirSync(disk)
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const { exitCode } = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', disk])
  if (exitCode !== 0) return undefined
  mounted.push(disk)
  return disk
}

const disk = mountDisk('probe')
const canMount = disk !== undefined

function fill(disk: string, leaveBytes = 0): void {
  const { bavail, bsize } = statfsSync(disk)
  try {
    writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(bavail * bsize - leaveBytes, 0)))
  } catch (error) {
    // The server took some of it meanwhile: full is full.
    if ((error as { code?: string }).code !== 'ENOSPC') throw error
  }
}
const makeRoom = (disk: string) => rmSync(join(disk, 'filler'), { force: true })

/** One line that says so on standard error; no stack, nothing in the log. */
function expectOneLine({ code, out, err }: { code: number; out: string; err: string }, line: RegExp): void {
  expect([code, out]).toEqual([1, ''])
  expect(
    err
      .trimEnd()
      .split('\n')
      .filter((text) => !/^$|Administrator/.test(text)),
  ).toEqual([expect.stringMatching(line)])
}

const person = (name: string) => ({ email: `${name}@example.com`, password: 'correct horse battery', name: 'Siti' })

async function expectNoWrites(server: ServerProcess, trouble: string): Promise<void> {
  const anybody = callerOf(server.url, {})
  const refused = await until(
    'a refusal',
    () => anybody.post('/auth/register', person(crypto.randomUUID())),
    ({ status }) => status !== 201,
  )
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('30')
  expect(refused.body.error).toMatchObject({ code: 'UNAVAILABLE', details: { reason: trouble } })
  const ready = await fetch(`${server.url}/readyz`)
  expect([ready.status, await ready.json()]).toMatchObject([
    503,
    { status: 'unavailable', database: true, writable: false, trouble },
  ])
  expect((await fetch(`${server.url}/livez`)).status).toBe(200)
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('\nminispod_database_writable 0\n')
  expect((await anybody.get('/catalog/categories')).status).toBe(200)
}

async function expectRecovery(server: ServerProcess): Promise<void> {
  await until(
    'readiness',
    async () => (await fetch(`${server.url}/readyz`)).status,
    (status) => status === 200,
  )
  expect((await callerOf(server.url, {}).post('/auth/register', person('after'))).status).toBe(201)
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('\nminispod_database_writable 1\n')
}

test.skipIf(!canMount)(
  'a disk that fills while it runs: every write is a 503 that says when to come again, reads go on, and room ends it',
  async () => {
    const dataDir = join(disk!, 'running')
    const server = await startServer({ dataDir, environment: { ...bare, RATE_LIMITS: 'off' } })
    const before = await callerOf(server.url, {}).post('/auth/register', person('before'))
    expect(before.status).toBe(201)
    fill(disk!)
    await expectNoWrites(server, 'disk-full')
    makeRoom(disk!)
    await expectRecovery(server)
    fill(disk!)
    await expectNoWrites(server, 'disk-full')
    expect(await server.stop()).toBe(0)

    // Its log went into the file at the end, which has left some room.
    makeRoom(disk!)
    fill(disk!)
    expectOneLine(
      await runCommand(['serve'], { dataDir, environment: bare }),
      /^minispod: DATA_DIR: \S+ can’t be written \(the disk is full\)$/,
    )
    makeRoom(disk!)
    expect((await runCommand(['verify'], { dataDir })).code).toBe(0)
    const next = await startServer({ dataDir, environment: bare })
    const { email, password } = person('before')
    expect((await callerOf(next.url, {}).post('/auth/login', { email, password })).status).toBe(200)
    expect(await next.stop()).toBe(0)
  },
  90_000,
)

test.skipIf(!canMount)(
  'a first start on a disk with too little room ends with one line, and the next one with room is whole',
  async () => {
    const dataDir = join(disk!, 'first')
    for (const kib of [0, 4, 12, 40, 100, 700, 1_200]) {
      rmSync(dataDir, { recursive: true, force: true })
      makeRoom(disk!)
      fill(disk!, kib * 1024)
      const ended = await runCommand(['serve'], { dataDir, environment: bare })
      expectOneLine(ended, /^minispod: .*(?:the disk is full|as a full one does)/)
    }
    makeRoom(disk!)
    const server = await startServer({ dataDir, environment: bare })
    expect(server.err()).toMatch(/Administrator \(shown once\)/)
    expect(await server.stop()).toBe(0)
    expect((await runCommand(['verify'], { dataDir })).code).toBe(0)
  },
  120_000,
)

test.skipIf(!canMount)(
  'a start on a read-only disk ends with one line',
  async () => {
    const readOnly = mountDisk('read-only')!
    const dataDir = join(readOnly, 'data')
    expect(await (await startServer({ dataDir, environment: bare })).stop()).toBe(0)
    expect(Bun.spawnSync(['mount', '-o', 'remount,ro', readOnly]).exitCode).toBe(0)
    expectOneLine(
      await runCommand(['serve'], { dataDir, environment: bare }),
      /^minispod: DATA_DIR: \S+ can’t be written \(EROFS\)$/,
    )
  },
  60_000,
)

const limit = (pid: number, bytes: string) =>
  Bun.spawnSync(['prlimit', '--pid', String(pid), `--fsize=${bytes}:`]).exitCode

test.skipIf(process.platform !== 'linux' || !Bun.which('prlimit'))(
  'a disk that refuses for another reason is told as such',
  async () => {
    const server = await startServer({
      dataDir: join(folder.path, 'limited'),
      environment: { ...bare, RATE_LIMITS: 'off' },
    })
    expect(limit(server.pid, '4096')).toBe(0)
    await expectNoWrites(server, 'disk-failing')
    expect(limit(server.pid, 'unlimited')).toBe(0)
    await expectRecovery(server)
    expect(await server.stop()).toBe(0)
  },
  60_000,
)

test.skipIf(!canMount)(
  'a log on a full disk is lost and not the server, and goes on once there is room',
  async () => {
    const logDisk = mountDisk('log')!
    const log = join(logDisk, 'log')
    const errors = join(folder.path, 'log-errors')
    const child = Bun.spawn([process.execPath, await program()], {
      env: { PATH: process.env.PATH, DATA_DIR: join(folder.path, 'logging'), RATE_LIMITS: 'off', ...bare },
      stdin: 'ignore',
      stdout: openSync(log, 'a'),
      stderr: openSync(errors, 'a'),
    })
    const said = await until(
      'the start',
      async () => readFileSync(errors, 'utf8'),
      (text) => text.includes('Swagger'),
      30_000,
    )
    const url = /API +(http\S+)\/api/.exec(said)![1]
    fill(logDisk)
    for (let call = 0; call < 300; call++) expect((await fetch(`${url}/livez`)).status).toBe(200)
    makeRoom(logDisk)
    const marked = await fetch(`${url}/api/catalog/categories?marked=1`)
    const id = marked.headers.get('x-request-id')!
    await until(
      'the log',
      async () => readFileSync(log, 'utf8'),
      (text) => text.includes(id),
    )
    child.kill('SIGTERM')
    expect(await child.exited).toBe(0)
  },
  60_000,
)
