import { afterAll } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boot, type System } from '../../src/boot'
import { parseConfig } from '../../src/config'
import { plans } from '../../src/features/catalog/tables'
import { creditWallet, promo } from '../../src/features/ledger'
import type { AccessLog } from '../../src/http/access-log'
import type { Clock } from '../../src/lib/clock'
import { newId } from '../../src/lib/ids'
import type { Logger } from '../../src/lib/log'

/** One answer of the API, read to its end. */
export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
}

export interface Caller {
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  patch(path: string, body?: unknown): Promise<Answer>
  delete(path: string, body?: unknown): Promise<Answer>
}

export interface TestCustomer extends Caller {
  id: string
  email: string
  password: string
  accessToken: string
  refreshToken: string
  balance(): Promise<number>
}

export interface TestPlan {
  id: string
  serviceId: string
  serviceSlug: string
  price: number
  availableQuota(): Promise<number>
}

export interface TestSystem extends System {
  dataDir: string
  /** What was logged, one object a line. */
  logged: Record<string, unknown>[]
  anybody: Caller
  customer(options?: { balance?: number; name?: string }): Promise<TestCustomer>
  admin(): Promise<Caller>
  plan(options?: { service?: string; price?: number; slots?: number; tier?: number }): Promise<TestPlan>
}

export interface SystemOptions {
  environment?: Record<string, string>
  clock?: Clock
  /** Goes on with what an earlier system left there. */
  dataDir?: string
}

/** A whole running system on a free port and a folder of its own: real file, real HTTP, the embedded parts or TEST_KUBECONFIG's. */
export async function startSystem(options: SystemOptions = {}): Promise<TestSystem> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'minispod-test-'))
  const logged: Record<string, unknown>[] = []
  const config = parseConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    // On, as in the product, and out of the way of tests that do in a second what people do in an hour.
    RATE_LIMITS: '100',
    K8S_NAMESPACE_PREFIX: `t${Math.random().toString(36).slice(2, 8)}-`,
    ...(process.env.TEST_KUBECONFIG ? { KUBECONFIG: process.env.TEST_KUBECONFIG } : {}),
    ...options.environment,
  })
  const system = await boot(config, {
    log: recordInto(logged),
    accessLog: recordAccess(logged),
    ...(options.clock && { clock: options.clock }),
  })
  const anybody = callerOf(system.url, {})
  let closed = false
  return Object.assign(system, {
    dataDir,
    logged,
    anybody,
    customer: (wanted = {}) => createCustomer(system, anybody, wanted),
    admin: () => signInAdmin(system, anybody),
    plan: (wanted = {}) => createPlan(system, anybody, wanted),
    close: ((close) => async () => {
      if (closed) return
      closed = true
      await close()
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true })
    })(system.close),
  } satisfies Partial<TestSystem>) as TestSystem
}

/** One system for a whole test file. */
export function sharedSystem(options: SystemOptions = {}): () => Promise<TestSystem> {
  let system: Promise<TestSystem> | undefined
  afterAll(async () => (await system)?.close())
  return () => {
    system ??= startSystem(options)
    return system
  }
}

const password = 'correct horse battery staple'
let customers = 0

async function createCustomer(
  system: System,
  anybody: Caller,
  { balance = 0, name = 'Budi' }: { balance?: number; name?: string },
): Promise<TestCustomer> {
  const email = `customer${++customers}-${Math.random().toString(36).slice(2)}@example.com`
  const { status, body } = await anybody.post('/auth/register', { email, password, name })
  if (status !== 201) throw new Error(`register: ${status} ${JSON.stringify(body)}`)
  const { user, accessToken, refreshToken } = body.data
  if (balance > 0) await give(system, user.id, balance)
  const caller = callerOf(system.url, { authorization: `Bearer ${accessToken}` })
  return Object.assign(caller, {
    id: user.id as string,
    email,
    password,
    accessToken: accessToken as string,
    refreshToken: refreshToken as string,
    balance: async () => (await caller.get('/wallet')).body.data.creditBalance as number,
  })
}

/** Money for a test, booked as the product books a bonus: a balanced entry like any other. */
async function give({ parts }: System, userId: string, amount: number): Promise<void> {
  await parts.db.write((tx) =>
    creditWallet(tx, {
      userId,
      type: 'BONUS',
      counterAccount: promo,
      amount: BigInt(amount),
      source: `adjustment:${newId('txn')}`,
      description: 'Gift',
      at: parts.clock.now(),
    }),
  )
}

async function signInAdmin(system: System, anybody: Caller): Promise<Caller> {
  if (!system.firstAdmin) throw new Error('only the first start on a folder tells its administrator')
  const { body } = await anybody.post('/auth/login', system.firstAdmin)
  return callerOf(system.url, { authorization: `Bearer ${body.data.accessToken}` })
}

let tiers = 100

/** A plan of a seeded service with its own price and slots. */
async function createPlan(
  { parts }: System,
  anybody: Caller,
  {
    service = 'n8n',
    price = 50_000,
    slots = 10,
    tier = ++tiers,
  }: { service?: string; price?: number; slots?: number; tier?: number },
): Promise<TestPlan> {
  const { body } = await anybody.get(`/catalog/services/${service}`)
  const id = newId('pln')
  const now = parts.clock.now()
  await parts.db.write((tx) =>
    tx
      .insert(plans)
      .values({
        id,
        serviceId: body.data.id,
        name: `Test ${tier}`,
        tier,
        price: BigInt(price),
        cpuMillicores: 500,
        memoryMb: 1024,
        storageGb: 5,
        features: [],
        totalQuota: slots,
        createdAt: now,
        updatedAt: now,
      })
      .run(),
  )
  return {
    id,
    serviceId: body.data.id,
    serviceSlug: service,
    price,
    availableQuota: async () => {
      const shown = await anybody.get(`/catalog/services/${service}`)
      return shown.body.data.plans.find((plan: { id: string }) => plan.id === id).availableQuota
    },
  }
}

/** Speaks JSON to the API under /api, as a frontend would. */
export function callerOf(url: string, headers: Record<string, string>): Caller {
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
  return {
    get: (path, more) => call('GET', path, undefined, more),
    post: (path, body, more) => call('POST', path, body, more),
    put: (path, body, more) => call('PUT', path, body, more),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path, body) => call('DELETE', path, body),
  }
}

/** Waits until a condition holds, and says what was seen last if it never does. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  ms = 30_000,
): Promise<T> {
  const deadline = performance.now() + ms
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (performance.now() > deadline) throw new Error(`${what} did not come: ${JSON.stringify(seen)}`)
    await Bun.sleep(100)
  }
}

const recordAccess =
  (lines: Record<string, unknown>[]): AccessLog =>
  (method, { id, route, userId }, status) =>
    void lines.push({ level: 'info', message: 'request', requestId: id, method, route, status, userId })

function recordInto(lines: Record<string, unknown>[]): Logger {
  const at = (level: string) => (fields: object, message?: string) => void lines.push({ level, message, ...fields })
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  }
}
