import { afterAll } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boot, type System } from '../../src/boot'
import { parseConfig } from '../../src/config'
import type { PasswordCost } from '../../src/features/accounts'
import { plans } from '../../src/features/catalog/tables'
import type { AccessLog } from '../../src/http/access-log'
import type { Clock } from '../../src/lib/clock'
import { newId } from '../../src/lib/ids'
import type { Logger } from '../../src/lib/log'
import { checkAnswers } from './answer-check'
import { type Caller, callerOf } from './caller'
import { placeDatabase } from './fresh-database'
import { createCustomer, signInAdmin, type TestCustomer, testCost } from './people'

export { type Answer, type Caller, callerOf } from './caller'
export type { TestCustomer } from './people'
export { until } from './until'

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
  ticks?: () => number
  /** Else as little as can be; the product's own is left to the product. */
  passwordCost?: PasswordCost | 'product'
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
  if (!options.dataDir && !options.environment?.DATABASE_URL) await placeDatabase(join(dataDir, 'minispod.db'))
  const system = await boot(config, {
    log: recordInto(logged),
    accessLog: recordAccess(logged),
    ...(options.clock && { clock: options.clock }),
    ticks: options.ticks,
    around: checkAnswers,
    ...(options.passwordCost !== 'product' && { passwordCost: options.passwordCost ?? testCost }),
  })
  const anybody = callerOf(system.url, {})
  let closed = false
  return Object.assign(system, {
    dataDir,
    logged,
    anybody,
    customer: (wanted) => createCustomer(system, wanted),
    admin: () => signInAdmin(system),
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
  const id = newId('plan')
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
