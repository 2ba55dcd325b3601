import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedGateway } from '../../src/embedded/gateway'
import { day, ManualClock } from '../../src/lib/clock'
import { ServerChildren } from '../support/server-child'
import { callerOf, startSystem, until } from '../support/system'

const keys = { serverKey: 'SB-Mid-server-back', clientKey: 'SB-Mid-client-back', merchantId: 'G000000008' }
const people = 6
/** Each gets a welcome and a link to verify the address, and the administrator a welcome: more than are sent at a time. */
const mails = 2 * people + 1
const longMs = 120_000

const dataDir = mkdtempSync(join(tmpdir(), 'minispod-clock-'))
const gateway = await startEmbeddedGateway({ ...keys, notificationUrl: () => null })
const provider = startMailProvider()
const environment = {
  KUBECONFIG: '',
  RATE_LIMITS: 'off',
  MIDTRANS_SERVER_KEY: keys.serverKey,
  MIDTRANS_CLIENT_KEY: keys.clientKey,
  MIDTRANS_MERCHANT_ID: keys.merchantId,
  MIDTRANS_BASE_URL: gateway.url,
  RESEND_API_KEY: 're_x',
  RESEND_BASE_URL: provider.url,
}
const children = new ServerChildren(dataDir, environment)
afterAll(async () => {
  children.killAll()
  await gateway.close()
  provider.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

/** Keeps everybody waiting until it is told to work. */
function startMailProvider() {
  const sent = new Set<string>()
  let asked = 0
  let works = false
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      asked++
      if (!works) await new Promise(() => {})
      sent.add(request.headers.get('idempotency-key') ?? '')
      return Response.json({ id: 'mail-1' })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked: () => asked,
    sent: () => sent.size,
    work: () => {
      works = true
    },
    stop: () => void server.stop(true),
  }
}

test(
  'after a SIGKILL and with a clock one day back, what was under way goes on at once',
  async () => {
    const killed = await children.start()
    const anybody = callerOf(killed.url, {})
    const person = (number: number) => ({ email: `person${number}@example.com`, password: 'correct horse battery' })
    for (let number = 0; number < people; number++) {
      const { status } = await anybody.post('/auth/register', { ...person(number), name: 'Siti' })
      expect(status).toBe(201)
    }
    const order = { amount: 50_000, method: 'bca_va' }
    const key = { 'idempotency-key': 'cut-off' }
    const before = await signIn(killed.url, person(0))
    gateway.calls.failNext('charge', { kind: 'hang' })
    const hanging = before.post('/wallet/top-ups', order, key).catch(() => undefined)
    await until(
      'the order',
      async () => (await before.get('/wallet/transactions')).body.meta.total,
      (total) => total === 1,
    )
    expect((await before.post('/wallet/top-ups', order, key)).body.error.code).toBe('REQUEST_IN_PROGRESS')
    await until(
      'mails under way',
      async () => provider.asked(),
      (asked) => asked >= 8,
    )
    await killed.kill()
    await hanging
    expect(provider.sent()).toBe(0)
    // It may have been killed before it asked the provider at all: what was to hang is not for the next one.
    gateway.calls.clear()

    provider.work()
    const clock = new ManualClock(new Date(Date.now() - day))
    const system = await startSystem({ dataDir, environment, clock })
    try {
      expect(system.warnings.map(({ kind }) => kind)).toContain('clock-back')
      const after = await signIn(system.url, person(0))
      const repeated = await after.post('/wallet/top-ups', order, key)
      expect([repeated.status, repeated.body.data?.status]).toEqual([201, 'PENDING'])
      // The provider had never heard of the order: it is charged now, under its own name.
      expect(repeated.body.data.instructions).toMatchObject({ kind: 'virtual_account' })
      expect((await after.get('/wallet/transactions')).body.meta.total).toBe(1)
      await until(
        'every mail',
        async () => provider.sent(),
        (sent) => sent === mails,
        15_000,
      )
    } finally {
      await system.close()
    }
  },
  longMs,
)

async function signIn(url: string, credentials: { email: string; password: string }) {
  const { body } = await callerOf(url, {}).post('/auth/login', credentials)
  return callerOf(url, { authorization: `Bearer ${body.data.accessToken}` })
}
