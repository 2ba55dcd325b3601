import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { laterBy } from '../../src/features/sandbox/duration'
import { sharedShop, signInAgain } from '../support/shop'
import { type Caller, startSystem, until } from '../support/system'

const jakarta = 'Asia/Jakarta'

describe('a duration', () => {
  test.each([
    ['P31D', '2026-02-03T03:00:00.000Z'],
    ['P1M', '2026-02-03T03:00:00.000Z'],
    ['P1Y', '2027-01-03T03:00:00.000Z'],
    ['P1W', '2026-01-10T03:00:00.000Z'],
    ['PT90S', '2026-01-03T03:01:30.000Z'],
    ['P1DT2H3M', '2026-01-04T05:03:00.000Z'],
  ])('%s is understood', (text, later) => {
    expect(laterBy(new Date('2026-01-03T03:00:00Z'), text, jakarta)?.toISOString()).toBe(later)
  })
  test.each([['P'], ['PT'], ['P1DT'], ['P0D'], ['31D'], ['-P1D'], ['P1.5D'], ['p1d'], ['P1H']])(
    '%s is none',
    (text) => {
      expect(laterBy(new Date(0), text, jakarta)).toBeUndefined()
    },
  )
})

// A cluster of its own has no place beside a clock that is moved.
describe.skipIf(process.env.TEST_KUBECONFIG !== undefined)('with stand-ins only', () => {
  test('a subscription lives its life in moments: renewed, unpaid, suspended, ended and restored; a restart stays in that time', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'minispod-sandbox-'))
    let system = await startSystem({ dataDir })
    const firstAdmin = system.firstAdmin!
    try {
      const plan = await system.plan({ price: 100_000 })
      const owner = await system.customer({ balance: 250_000 })
      let customer: Caller = owner
      const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data
      const statusOf = async () => (await customer.get(`/subscriptions/${id}`)).body.data
      await until('ready', statusOf, ({ status }) => status === 'ACTIVE')
      const pass = async (advance: string) => {
        const admin = await signInAgain({ system }, firstAdmin)
        const { status, body } = await admin.post('/admin/sandbox/clock', { advance })
        expect({ status, body }).toMatchObject({ status: 200 })
        customer = await signInAgain({ system }, owner)
        return statusOf()
      }
      expect(await pass('P32D')).toMatchObject({ status: 'ACTIVE' })
      expect((await customer.get('/wallet')).body.data.creditBalance).toBe(50_000)
      expect(await pass('P31D')).toMatchObject({ status: 'GRACE' })
      expect(await pass('P3D')).toMatchObject({ status: 'SUSPENDED', suspendedBy: 'unpaid' })
      const before = (await (await signInAgain({ system }, firstAdmin)).get('/admin/sandbox/clock')).body.data
      expect(before).toMatchObject({ movable: true, movedSeconds: 66 * 86_400 })
      await system.close()
      system = await startSystem({ dataDir })
      customer = await signInAgain({ system }, owner)
      const after = (await (await signInAgain({ system }, firstAdmin)).get('/admin/sandbox/clock')).body.data
      expect(after.movedSeconds).toBe(before.movedSeconds)
      expect(await pass('P8D')).toMatchObject({ status: 'EXPIRED', possible: ['restore'] })
      const admin = await signInAgain({ system }, firstAdmin)
      await admin.post(`/admin/users/${owner.id}/credit-adjustment`, { amount: 100_000, reason: 'For the test' })
      expect((await customer.post(`/subscriptions/${id}/restore`)).body.data).toMatchObject({ status: 'ACTIVE' })
    } finally {
      await system.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })

  test('a duration that is none, or too long, is refused', async () => {
    const system = await startSystem()
    try {
      const admin = await system.admin()
      for (const advance of ['P401D', 'P2Y', 'yesterday', 'P0D']) {
        const { status, body } = await admin.post('/admin/sandbox/clock', { advance })
        expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
      }
    } finally {
      await system.close()
    }
  })
})

describe('beside a real part', () => {
  const shop = sharedShop()
  test('the clock is not moved', async () => {
    const admin = await (await shop()).system.admin()
    expect(await admin.post('/admin/sandbox/clock', { advance: 'P1D' })).toFail(409, 'INVALID_STATE')
    expect((await admin.get('/admin/sandbox/clock')).body.data.movable).toBe(false)
  })
})
