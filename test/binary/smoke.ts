// Builds the binary and uses it as an operator would: bun test/binary/smoke.ts
import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { buildBinary, nativeTarget } from '../../scripts/build'
import { type Journey, takeJourney } from '../support/journey'
import { placeProgram } from './program'
import { deployServiceAccount, kubeconfigOf } from './service-account'

const root = join(import.meta.dir, '../..')
const binary = join(root, 'dist/minispod')
const stopsWithinMs = 2_000
const realCluster = process.env.TEST_KUBECONFIG

await buildBinary({ target: nativeTarget(), outfile: binary })
const program = await placeProgram(binary)
let journey: Journey

const checks: [string, () => Promise<void>][] = [
  [
    'it says its version',
    async () => assert.match((await program.run(['--version'])).out, new RegExp(`^${manifest.version}\\b`)),
  ],
  ['it prints the same OpenAPI document as the source, whole through a pipe', printsTheDocument],
  ['a wrong setting is one clear line and exit code 1', refusesWrongSettings],
  ['an unknown command is exit code 2', async () => assert.equal((await program.run(['frobnicate'])).code, 2)],
  ['it carries the licences of its packages', carriesLicences],
  ['an empty folder becomes a running business, and the whole journey works', firstStart],
  ['a second start keeps everything, and a .env beside it changes nothing', secondStart],
  ['its books are right', booksAreRight],
  ['mails leave by Resend', sendsMail],
  ['a kubeconfig is read, and an absent cluster stops nobody from browsing', absentCluster],
]
if (realCluster)
  checks.push([
    'the journey works on a real cluster, with the rights of deploy/ and no others',
    () => journeyOn(realCluster),
  ])

async function printsTheDocument(): Promise<void> {
  const source = Bun.spawnSync([process.execPath, join(root, 'src/main.ts'), 'openapi'])
  const printed = await program.run(['openapi'])
  assert.equal(printed.code, 0, printed.err)
  assert.deepEqual(JSON.parse(printed.out), JSON.parse(source.stdout.toString()))
}

async function carriesLicences(): Promise<void> {
  const { code, out } = await program.run(['licences'])
  assert.equal(code, 0)
  assert.match(out, /^GNU AFFERO GENERAL PUBLIC LICENSE\n/)
  assert.match(out, /^elysia \d.*\n\nCopyright/m)
}

async function refusesWrongSettings(): Promise<void> {
  const { code, err } = await program.run(['serve'], { PORT: 'eighty' })
  assert.equal(code, 1)
  assert.match(err, /^minispod: PORT: .*\n$/)
}

async function firstStart(): Promise<void> {
  assert.deepEqual(await readdir(program.folder), [])
  const server = await program.serve()
  assert.match(server.said(), /Administrator/)
  journey = await takeJourney({ url: server.url })
  const script = await fetch(`${server.url}/docs/swagger-ui-bundle.js`)
  assert.ok((await script.text()).length > 500_000, 'Swagger UI comes out of the binary')
  assert.match(await (await fetch(`${server.url}/metrics`)).text(), /^# HELP/m)
  const { code, ms } = await server.stop('SIGTERM')
  assert.equal(code, 0)
  assert.ok(ms < stopsWithinMs, `it took ${Math.round(ms)} ms to stop`)
  assert.equal((await stat(join(program.folder, 'data/secrets.json'))).mode & 0o777, 0o600)
}

async function secondStart(): Promise<void> {
  await Bun.write(join(program.folder, '.env'), 'LOG_LEVEL=nonsense\n')
  const server = await program.serve()
  assert.doesNotMatch(server.said(), /Administrator/)
  const login = await call(server.url, '/auth/login', { email: journey.email, password: journey.password })
  assert.equal(login.data.user.creditBalance, journey.balance)
  const kept = await call(server.url, `/subscriptions/${journey.subscriptionId}`, undefined, login.data.accessToken)
  assert.equal(kept.data.status, 'CANCELLED')
  assert.equal((await server.stop('SIGINT')).code, 0)
}

async function booksAreRight(): Promise<void> {
  const { code, out } = await program.run(['verify'])
  assert.equal(code, 0, out)
}

async function sendsMail(): Promise<void> {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<{ to: unknown; subject: string }>()
  const postOffice = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      arrive((await request.json()) as { to: unknown; subject: string })
      return Response.json({ id: crypto.randomUUID() })
    },
  })
  const server = await program.serve({ RESEND_API_KEY: 're_smoke', RESEND_BASE_URL: postOffice.url.origin })
  const email = `mail-${crypto.randomUUID()}@example.com`
  await call(server.url, '/auth/register', { email, password: 'correct horse battery', name: 'Sari' })
  const mail = await Promise.race([arrived, Bun.sleep(10_000).then(() => undefined)])
  assert.ok(mail, 'the welcome mail arrived')
  assert.ok([mail.to].flat().includes(email))
  await server.stop('SIGTERM')
  postOffice.stop(true)
}

async function absentCluster(): Promise<void> {
  const KUBECONFIG = join(program.folder, 'kubeconfig.yaml')
  await Bun.write(KUBECONFIG, kubeconfigOf({ server: 'http://127.0.0.1:1' }, 'unused'))
  const server = await program.serve({ KUBECONFIG })
  assert.match(server.said(), /http:\/\/127\.0\.0\.1:1/)
  assert.ok((await call(server.url, '/catalog/categories')).data.length > 0)
  assert.equal((await server.stop('SIGTERM')).code, 0)
}

async function journeyOn(adminKubeconfig: string): Promise<void> {
  const account = await deployServiceAccount(adminKubeconfig)
  try {
    const KUBECONFIG = join(program.folder, 'account.kubeconfig')
    await Bun.write(KUBECONFIG, account.kubeconfig)
    const prefix = `smoke-${crypto.randomUUID().slice(0, 6)}-`
    const server = await program.serve({ KUBECONFIG, K8S_NAMESPACE_PREFIX: prefix, DATA_DIR: './real' })
    await takeJourney({ url: server.url, service: 'ghost' })
    assert.equal((await server.stop('SIGTERM')).code, 0)
  } finally {
    await account.remove()
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function call(url: string, path: string, body?: unknown, token?: string): Promise<any> {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (token) headers.authorization = `Bearer ${token}`
  const method = body === undefined ? 'GET' : 'POST'
  const answer = await fetch(`${url}/api${path}`, { method, headers, body: JSON.stringify(body) })
  const text = await answer.text()
  assert.ok(answer.ok, `${path}: ${answer.status} ${text}`)
  return JSON.parse(text)
}

let failed = 0
for (const [name, check] of checks) {
  const startedAt = performance.now()
  const fault = await check().then(
    () => undefined,
    (error: Error) => error,
  )
  if (fault) failed++
  console.log(`${fault ? '✗' : '✓'} ${name} (${Math.round(performance.now() - startedAt)} ms)`)
  if (fault) console.log(String(fault.stack ?? fault).replaceAll(/^/gm, '    '))
}
await program.remove()
console.log(`${checks.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
