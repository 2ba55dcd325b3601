import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileConnection } from '../../../src/db/connection'
import { sealContext } from '../../../src/features/instances/sealed-secrets'
import { instances } from '../../../src/features/instances/tables'
import { codeAt } from '../../accounts/two-factor-device'
import {
  type ApiDocument,
  describeDocument,
  type Operation,
  operationsOf,
  type Schema,
} from '../../http/openapi-document'
import { temporaryFolder } from '../../support/command'
import { startSystem, type TestSystem, until } from '../../support/system'
import { Canaries, newCanary } from './canaries'
import { type Hostile, openHostile } from './hostile'
import { isSecret, sampleBody } from './inputs'

const folder = temporaryFolder()
const canaries = new Canaries()
/** Answers, with the names of what may stand in them: a sign-in hands out its own tokens. */
const answers: { from: string; text: string }[] = []

const sealingKey = `c1:${Buffer.from(newCanary('key').slice(0, 32)).toString('base64')}`
const password = canaries.plant('password')

let hostile: Hostile
let system: TestSystem

beforeAll(async () => {
  const kubeToken = canaries.plant('kubeToken')
  const serverKey = canaries.plant('MIDTRANS_SERVER_KEY')
  const notificationUrl = () => system && `${system.url}/api/webhooks/midtrans`
  hostile = await openHostile({ folder: folder.path, serverKey, kubeToken, notificationUrl })
  canaries.add('ENCRYPTION_KEYS', sealingKey.slice('c1:'.length))
  canaries.add('ENCRYPTION_KEYS in bytes', Buffer.from(sealingKey.slice('c1:'.length), 'base64').toString())
  system = await startSystem({
    environment: {
      ...hostile.environment,
      RESEND_API_KEY: canaries.plant('RESEND_API_KEY'),
      RESEND_WEBHOOK_SECRET: `whsec_${Buffer.from(canaries.plant('RESEND_WEBHOOK_SECRET')).toString('base64')}`,
      JWT_SECRET: `${canaries.plant('JWT_SECRET')},${canaries.plant('older JWT_SECRET')}`,
      DATABASE_AUTH_TOKEN: canaries.plant('DATABASE_AUTH_TOKEN'),
      ENCRYPTION_KEYS: sealingKey,
    },
  })
  const { signingKeys, sealingKeys, gatewayKey } = JSON.parse(
    readFileSync(join(system.dataDir, 'secrets.json'), 'utf8'),
  )
  for (const { id, key } of [...signingKeys, ...sealingKeys]) canaries.add(`kept key ${id}`, key)
  canaries.add('kept gateway key', gatewayKey)
  canaries.add('password of the first administrator', system.firstAdmin!.password)
})
afterAll(async () => {
  await system.close()
  await hostile.close()
  folder.remove()
})

/** Sends and keeps the whole answer: status line, headers, body. */
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const leaving = new AbortController()
  const response = await fetch(`${system.url}/api${path}`, {
    method: method.toUpperCase(),
    headers: { 'content-type': 'application/json', 'user-agent': 'canary', ...headers },
    body: body === undefined || method === 'get' ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    signal: leaving.signal,
  })
  // A stream has no end: what it says at once is looked at.
  if (path.includes('/stream')) setTimeout(() => leaving.abort(), 300)
  const text = await response.text().catch(() => '')
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
  answers.push({ from: `${method} ${path} ${response.status}`, text: `${head}\n\n${text}` })
  const data = response.headers.get('content-type')?.includes('json') ? JSON.parse(text).data : undefined
  return { status: response.status, text, data }
}

interface Person {
  headers: { authorization: string }
  refreshToken: string
}

let issued = 0
/** A sign-in's answer is taken out of the record once its tokens are canaries themselves. */
function signedIn({ status, data }: Awaited<ReturnType<typeof call>>): Person {
  expect([200, 201]).toContain(status)
  answers.pop()
  canaries.add(`access token ${++issued}`, data.accessToken.split('.')[2])
  canaries.add(`refresh token ${issued}`, data.refreshToken)
  return { headers: { authorization: `Bearer ${data.accessToken}` }, refreshToken: data.refreshToken }
}

const register = async (email: string): Promise<Person> =>
  signedIn(await call('post', '/auth/register', { email, password, name: 'Budi' }))
const logIn = async (email: string, secret: string): Promise<Person> =>
  signedIn(await call('post', '/auth/login', { email, password: secret }))

const values = (operation: Operation, name: string): string => {
  const where = `${operation.method} ${operation.path}`
  return isSecret(name, where) ? canaries.plant(`${name} of ${where}`) : newCanary(name)
}

const isText = (schema: Schema | undefined): boolean => schema?.type === 'string' && schema.enum === undefined

/** Each operation with a body that fits, with broken ones, and with canaries in its path and query. */
async function sendCanaries(
  document: ApiDocument,
  operation: Operation,
  headers: Record<string, string>,
): Promise<void> {
  const { method, path, parameters } = operation
  const query = new URLSearchParams()
  let place = path
  const own: Record<string, string> = {}
  for (const { name, in: where, schema } of parameters) {
    const value = schema?.enum?.[0] ?? (isText(schema) ? values(operation, name) : '1')
    if (where === 'query') query.set(name, value)
    else if (where === 'path') place = place.replace(`{${name}}`, value)
    else own[name] = value
  }
  const unknown = `token=${canaries.plant(`unknown query of ${path}`)}`
  const body = sampleBody(document, operation, (name) => values(operation, name))
  await call(method, `${place}?${unknown}`, body, { ...headers, ...own })
  if (method === 'get') return void (await call(method, `${place}?${query}`, undefined, headers))
  if (!body) return
  for (const [name, value] of Object.entries(body)) {
    const wrong = canaries.plant(`wrong ${name} of ${method} ${path}`)
    await call(method, place, { ...body, [name]: typeof value === 'string' ? { [wrong]: wrong } : wrong }, headers)
  }
  await call(method, place, `{"password":"${canaries.plant(`broken body of ${path}`)}`, headers)
}

// Ends what the others need; each has its own turn in the story.
const endsTheSession = new Set(['auth_logout', 'auth_logout_everywhere', 'auth_change_password', 'auth_close'])

test('every operation takes canaries in every text it has, from nobody, a customer and an administrator', async () => {
  const administrator = await logIn(system.firstAdmin!.email, system.firstAdmin!.password)
  const customer = await register('everything@example.com')
  const document = await describeDocument()
  const operations = await operationsOf()
  expect(operations.length).toBeGreaterThan(40)
  for (const operation of operations) {
    await sendCanaries(document, operation, {})
    await sendCanaries(document, operation, { authorization: `Bearer ${canaries.plant('bearer')}` })
    await sendCanaries(document, operation, { authorization: `Basic ${btoa(`me:${canaries.plant('basic')}`)}` })
    await sendCanaries(document, operation, {
      cookie: `session=${canaries.plant('cookie')}`,
      'x-api-key': canaries.plant('key'),
    })
    if (endsTheSession.has((operation as { operationId?: string }).operationId ?? '')) continue
    await sendCanaries(document, operation, customer.headers)
    await sendCanaries(document, operation, administrator.headers)
  }
})

async function fillWallet(headers: Record<string, string>): Promise<void> {
  const topUp = await call('post', '/wallet/top-ups', { amount: 60_000, method: 'bca_va' }, headers)
  expect(topUp.status).toBe(201)
  await hostile.gateway.events.pay([...hostile.gateway.orders()].at(-1)!.orderId)
  await until(
    'the money',
    async () => (await call('get', '/wallet', undefined, headers)).data.creditBalance,
    (balance) => balance === 60_000,
  )
}

test('the secrets of a whole life as a customer: passwords, tokens, a card, an app’s configuration', async () => {
  const email = 'story@example.com'
  const first = await register(email)
  const { refreshToken, headers } = signedIn(await call('post', '/auth/refresh', { refreshToken: first.refreshToken }))
  expect(refreshToken).not.toBe(first.refreshToken)
  const next = canaries.plant('next password')
  const changed = { currentPassword: password, newPassword: next }
  expect((await call('post', '/auth/change-password', changed, headers)).status).toBe(200)
  expect((await call('post', '/auth/login', { email, password })).status).toBe(401)

  // Paid with a card; the wallet is filled by a transfer, as the card's bank is not there.
  const card = { amount: 50_000, method: 'credit_card', cardToken: canaries.plant('card token') }
  await call('post', '/wallet/top-ups', card, { ...headers, 'idempotency-key': 'card-1' })
  await fillWallet(headers)

  const plan = await system.plan({ service: 'vaultwarden', price: 1_000 })
  const mail = {
    smtpHost: 'mail.example.com',
    smtpUser: 'me',
    mailFrom: 'me@example.com',
    smtpPassword: canaries.plant('smtpPassword'),
  }
  const bought = await call(
    'post',
    '/subscriptions',
    { planId: plan.id, config: mail },
    { ...headers, 'idempotency-key': 'buy-1' },
  )
  expect(bought.status).toBe(201)
  const { id } = bought.data.instance
  const config = { ...mail, smtpPassword: canaries.plant('new smtpPassword') }
  expect((await call('patch', `/instances/${id}/config`, { config }, headers)).status).toBe(200)
  for (const path of ['', '/health', '/metrics', '/logs'])
    await call('get', `/instances/${id}${path}`, undefined, headers)
  const [row] = await system.parts.db.read.select().from(instances).all()
  const { generated } = JSON.parse(system.parts.sealer.open(row!.sealedSecrets, sealContext(row!.id)))
  expect(Object.keys(generated).length).toBeGreaterThan(0)
  for (const [name, secret] of Object.entries<string>(generated)) canaries.add(`generated ${name}`, secret)
})

test('the secrets of an image of somebody’s own, those that its operator fixes and those of its owner', async () => {
  const { headers: admin } = await logIn(system.firstAdmin!.email, system.firstAdmin!.password)
  const service = (await call('get', '/admin/services?templateName=container', undefined, admin)).data[0]
  const registry = () => ({
    server: 'registry.example.com',
    username: canaries.plant('user of a registry'),
    password: canaries.plant('password of a registry'),
  })
  const own = {
    image: 'registry.example.com/team/app:1',
    secretVariables: { API_KEY: canaries.plant('fixed variable') },
  }
  const change = { status: 'ACTIVE', presets: own, customerInputs: ['registry', 'variables', 'command'] }
  const put = (body: object) => call('put', `/admin/services/${service.id}`, body, { ...admin, 'if-match': '*' })
  expect((await put(change)).status).toBe(200)
  expect((await put({ presets: { secretVariables: { MORE: canaries.plant('further variable') } } })).status).toBe(200)
  expect((await put({ customerInputs: null, presets: { registry: null } })).status).toBe(200)

  const plan = await system.plan({ service: service.slug, price: 1_000 })
  const { headers } = await register('image@example.com')
  await fillWallet(headers)
  const order = (config: object) => call('post', '/subscriptions', { planId: plan.id, config }, headers)
  // The log-in is the operator's: refused with its place, and without a word of it.
  expect((await order({ registry: registry() })).status).toBe(422)
  expect((await put({ customerInputs: ['registry', 'variables'] })).status).toBe(200)
  const bought = await order({ registry: registry(), variables: { GREETING: 'hello' } })
  expect(bought.status).toBe(201)
  const { id } = bought.data.instance
  const configure = (config: object) => call('patch', `/instances/${id}/config`, { config }, headers)
  expect((await configure({ registry: registry() })).status).toBe(200)
  expect((await configure({ registry: { ...registry(), server: canaries.plant('server that is none') } })).status).toBe(
    422,
  )
  for (const path of ['', '/health', '/metrics', '/logs'])
    await call('get', `/instances/${id}${path}`, undefined, headers)
})

test('the links of mails: what is in a person’s mailbox is nowhere else', async () => {
  const email = 'forgetful@example.com'
  await register(email)
  expect((await call('post', '/auth/forgot-password', { email })).status).toBeLessThan(300)
  const links = () => [...new Set(hostile.mails.flatMap((text) => text.match(/token=[\w-]{20,}/g) ?? []))]
  await until('the link', async () => hostile.mails.some((text) => text.includes('reset-password?token=')), Boolean)
  const [, token] = /reset-password\?token=([\w-]+)/.exec(hostile.mails.join('\n'))!
  const wrong = { token, newPassword: 'short' }
  expect((await call('post', '/auth/reset-password', wrong)).status).toBe(422)
  const newPassword = canaries.plant('password of a reset')
  expect((await call('post', '/auth/reset-password', { token, newPassword })).status).toBe(200)
  expect(links().length).toBeGreaterThan(0)
  for (const link of links()) canaries.add('token of a mailed link', link.slice('token='.length))
})

test('what guards an account beside its password, and what scripts call with', async () => {
  const email = 'guarded@example.com'
  const { headers } = await register(email)
  /** The one answer that may show it. */
  const shown = async (path: string, body: object) => {
    const { status, data } = await call('post', path, body, headers)
    expect([path, status < 300]).toEqual([path, true])
    answers.pop()
    return data
  }
  const { secret } = await shown('/auth/2fa/setup', { password })
  canaries.add('secret of one-time codes', secret)
  const { recoveryCodes } = await shown('/auth/2fa/enable', { code: codeAt(secret, Date.now()) })
  const addCodes = (codes: string[]) => codes.forEach((code) => void canaries.add('recovery code', code))
  addCodes(recoveryCodes)
  const renewed = await shown('/auth/2fa/recovery-codes', { password, code: recoveryCodes[0] })
  addCodes(renewed.recoveryCodes)
  expect((await call('post', '/auth/login', { email, password, totp: recoveryCodes[1] })).status).toBe(401)
  signedIn(await call('post', '/auth/login', { email, password, totp: renewed.recoveryCodes[0] }))
  await call('get', '/auth/2fa', undefined, headers)

  const made = await shown('/auth/tokens', { name: 'Backup', scopes: ['read'] })
  const token = canaries.add('API token', made.token)
  const script = { authorization: `Bearer ${token}` }
  expect((await call('get', '/wallet', undefined, script)).status).toBe(200)
  expect((await call('post', '/auth/tokens', { name: 'More', scopes: ['read'] }, script)).status).toBe(403)
  await call('get', '/auth/tokens', undefined, headers)
  expect((await call('delete', `/auth/tokens/${made.id}`, undefined, headers)).status).toBe(200)
  expect((await call('get', '/wallet', undefined, script)).status).toBe(401)
  const wrong = canaries.plant('recovery code that is none').slice(0, 40)
  expect((await call('post', '/auth/2fa/disable', { password, code: wrong }, headers)).status).toBe(403)
  expect((await call('post', '/auth/2fa/disable', { password, code: renewed.recoveryCodes[1] }, headers)).status).toBe(
    200,
  )
})

test('providers that repeat in their errors what they were sent in confidence', async () => {
  const { headers } = await register('providers@example.com')
  for (const status of [400, 401, 500]) {
    hostile.payments.status = status
    for (const method of ['credit_card', 'snap', 'gopay']) {
      const body = { amount: 20_000, method, cardToken: canaries.plant(`card token at a ${status}`) }
      expect((await call('post', '/wallet/top-ups', body, headers)).status).toBeGreaterThanOrEqual(500)
    }
    for (const name of ['top-ups.poll', 'cluster.resync']) await runSchedule(name)
  }
  hostile.payments.status = undefined
  const failed = (level: string, text: string) =>
    system.logged.some((line) => line.level === level && JSON.stringify(line).includes(text))
  await until(
    'the mails to fail',
    async () => hostile.asked.mail,
    (times) => times > 2,
  )
  await until(
    'the cluster to refuse',
    async () => hostile.asked.kube,
    (times) => times > 5,
  )
  expect(failed('warn', 'top-up not charged')).toBe(true)
})

async function runSchedule(name: string): Promise<void> {
  const { headers } = await logIn(system.firstAdmin!.email, system.firstAdmin!.password)
  expect((await call('post', `/admin/jobs/schedules/${name}/run`, undefined, headers)).status).toBe(200)
}

test('what administrators and machines may read is read as well', async () => {
  const { headers } = await logIn(system.firstAdmin!.email, system.firstAdmin!.password)
  for (const { method, path, parameters } of await operationsOf()) {
    if (method !== 'get' || path.includes('{')) continue
    const limit = parameters.some(({ name }) => name === 'limit') ? '?limit=100' : ''
    expect((await call('get', `${path}${limit}`, undefined, headers)).status).toBe(200)
  }
  const mails = await call('get', '/admin/mails?limit=100', undefined, headers)
  for (const { id } of mails.data) await call('get', `/admin/mails/${id}`, undefined, headers)
  for (const path of ['/metrics', '/openapi.json', '/livez', '/readyz', '/docs']) {
    answers.push({ from: path, text: await (await fetch(system.url + path)).text() })
  }
})

test('no secret is in any answer or header', () => {
  expect(answers.length).toBeGreaterThan(500)
  expect(answers.flatMap(({ from, text }) => canaries.findIn(text).map((name) => `${name} in ${from}`))).toEqual([])
})

test('no secret is in any line of the log, nor in what its errors carry', () => {
  expect(system.logged.length).toBeGreaterThan(500)
  const found = system.logged.flatMap((line) => canaries.findInValue(line).map((name) => `${name} in ${line.message}`))
  expect([...new Set(found)]).toEqual([])
})

test('no secret stands in a row that people read: audit, mails, jobs', async () => {
  for (const table of ['audit_entries', 'mails', 'jobs', 'idempotency_keys', 'payment_notifications', 'top_ups']) {
    const rows = await system.parts.db.read.all<Record<string, unknown>>(`select * from ${table}`)
    expect([table, rows.flatMap((row) => canaries.findInValue(row))]).toEqual([table, []])
  }
})

test('no secret stands in the clear in any file but the one that holds the keys', async () => {
  const look = () =>
    readdirSync(system.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'secrets.json')
      .flatMap(({ parentPath, name }) =>
        canaries.findIn(readFileSync(join(parentPath, name))).map((n) => `${n} in ${name}`),
      )
  expect(readdirSync(system.dataDir)).toContain('minispod.db-wal')
  expect(look()).toEqual([])
  // What was read in this turn of the event loop keeps its place in the log until the turn is over.
  await new Promise((resolve) => setImmediate(resolve))
  const outsider = new FileConnection(join(system.dataDir, 'minispod.db'))
  expect(outsider.first('PRAGMA wal_checkpoint(TRUNCATE)')).toEqual([0, 0, 0])
  outsider.close()
  expect(look()).toEqual([])
})
