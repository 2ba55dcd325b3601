import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { verifyBooks } from '../../src/features/books'
import { chargeWallet, type Recorded, revenue } from '../../src/features/ledger'
import { ManualClock } from '../../src/lib/clock'
import { openShop, type Shop } from '../support/shop'
import type { Caller, TestCustomer } from '../support/system'

const evil = `Budi <img src=x onerror="alert(1)"> & 'Sons'`
const environment = {
  TAX_RATE: '12',
  TAX_BASE: '11/12',
  BUSINESS_NAME: 'PT <Awan> & Rekan',
  BUSINESS_ADDRESS: 'Jl. Sudirman 1, Jakarta',
  BUSINESS_TAX_ID: '01.234.567.8-901.000',
}

let shop: Shop
let admin: Caller
let customer: TestCustomer
/** Charged before charges were written down. */
let early: Recorded
let charge: { id: string; customId: string }
beforeAll(async () => {
  shop = await openShop({ clock: new ManualClock('2026-01-31T03:00:00Z'), environment })
  admin = await shop.system.admin()
  customer = await shop.system.customer({ balance: 100_000, name: evil })
  early = await chargeEarly()
  const plan = await shop.system.plan({ price: 50_000 })
  await customer.post('/subscriptions', { planId: plan.id })
  charge = (await customer.get('/wallet/transactions?type=CHARGE')).body.data[0]
})
afterAll(async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  expect(mismatches).toEqual([])
})

async function chargeEarly(): Promise<Recorded> {
  const free = await shop.system.plan({ price: 0, service: 'ghost' })
  const { id } = (await customer.post('/subscriptions', { planId: free.id })).body.data
  const { db, clock } = shop.system.parts
  return db.write((tx) =>
    chargeWallet(tx, {
      userId: customer.id,
      type: 'CHARGE',
      counterAccount: revenue,
      amount: 9_000n,
      source: `charge:${id}:period:0`,
      description: 'n8n Starter, renewed',
      subscriptionId: id,
      at: clock.now(),
    }),
  )
}

const receipt = (caller: Caller, id: string) => caller.get(`/wallet/transactions/${id}/receipt`)
const page = (caller: Caller, id: string) => caller.get(`/wallet/transactions/${id}/receipt/page`)

describe('a receipt', () => {
  test('says who sold what to whom, for which time, and how it was taxed', async () => {
    const { status, body } = await receipt(customer, charge.customId)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({
      number: charge.customId,
      transactionId: charge.id,
      billingId: expect.stringMatching(/^BILL-\d+$/),
      issuedAt: '2026-01-31T03:00:00.000Z',
      issuer: { name: 'PT <Awan> & Rekan', address: 'Jl. Sudirman 1, Jakarta', taxId: '01.234.567.8-901.000' },
      customer: { name: evil, email: customer.email },
      lines: [
        {
          kind: 'period',
          billingCycle: 'MONTHLY',
          periodStart: '2026-01-31T03:00:00.000Z',
          periodEnd: '2026-02-28T03:00:00.000Z',
          amount: 50_000,
        },
      ],
      net: 50_000,
      tax: { name: 'PPN', ratePercent: 12, base: '11/12', taxable: 45_833, amount: 5_500, pricesIncludeTax: false },
      total: 55_500,
      paidFrom: 'WALLET',
    })
    expect((await receipt(customer, charge.id)).body).toEqual(body)
  })

  test('says what went back of it so far', async () => {
    const bought = await shop.system.customer({ balance: 100_000 })
    const plan = await shop.system.plan({ price: 50_000 })
    const { id } = (await bought.post('/subscriptions', { planId: plan.id })).body.data
    const [charged] = (await bought.get('/wallet/transactions?type=CHARGE')).body.data
    expect((await receipt(bought, charged.id)).body.data).toMatchObject({ refunds: [], refunded: 0 })
    for (const amount of [5_000, 10_000]) {
      await admin.post(`/admin/subscriptions/${id}/refund`, { kind: 'amount', amount, reason: 'an outage' })
    }
    const { data } = (await receipt(bought, charged.id)).body
    expect(data.refunds.map(({ amount }: { amount: number }) => amount)).toEqual([5_000, 10_000])
    expect(data).toMatchObject({ total: 55_500, refunded: 15_000 })
    expect((await page(bought, charged.id)).body).toContain('Rp 40.500')
  })

  test('is for its own customer and for administrators only', async () => {
    const other = await shop.system.customer()
    for (const path of ['receipt', 'receipt/page']) {
      expect((await other.get(`/wallet/transactions/${charge.id}/${path}`)).status).toBe(403)
      expect((await shop.system.anybody.get(`/wallet/transactions/${charge.id}/${path}`)).status).toBe(401)
      expect((await customer.get(`/admin/transactions/${charge.id}/${path}`)).status).toBe(403)
      expect((await admin.get(`/admin/transactions/${charge.customId}/${path}`)).status).toBe(200)
      expect((await admin.get(`/admin/transactions/TXMP-999999/${path}`)).status).toBe(404)
      expect((await customer.get(`/wallet/transactions/TXMP-0/${path}`)).status).toBe(404)
    }
    expect((await admin.get(`/admin/transactions/${charge.id}/receipt`)).body).toEqual(
      (await receipt(customer, charge.id)).body,
    )
  })

  test('is only for what was charged', async () => {
    const [gift] = (await customer.get('/wallet/transactions?type=BONUS')).body.data
    const { status, body } = await receipt(customer, gift.id)
    expect([status, body.error.message]).toEqual([404, 'Only charges have a receipt'])
  })

  test('of a charge from before charges were written down says what is known', async () => {
    const { status, body } = await receipt(customer, `TXMP-${early.number}`)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ net: 9_000, tax: null, total: 9_000, refunded: 0 })
    expect(body.data.lines).toEqual([
      {
        kind: null,
        description: 'n8n Starter, renewed',
        billingCycle: null,
        periodStart: null,
        periodEnd: null,
        amount: 9_000,
      },
    ])
    expect((await page(customer, early.id)).body).toContain('n8n Starter, renewed')
  })
})

describe('the page to print', () => {
  test('carries its own style and policy, is kept by nobody, and runs nothing', async () => {
    const { status, headers, body } = await page(customer, charge.id)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html;charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-disposition')).toBe(`inline; filename="receipt-${charge.customId}.html"`)
    const style = /<style>([\s\S]*)<\/style>/.exec(body)![1]!
    const digest = createHash('sha256').update(style).digest('base64')
    const policy = headers.get('content-security-policy')!
    expect(policy).toContain(`default-src 'none'; style-src 'sha256-${digest}'`)
    expect(body.replaceAll('&#39;', "'")).toContain(`content="${policy.replace("; frame-ancestors 'none'", '')}"`)
    expect(body).not.toMatch(/<script|<[^>]*\s(?:on\w+|style|src|href)=|https?:\/\//i)
  })

  test('shows what people have typed as text', async () => {
    const { body } = await page(customer, charge.id)
    expect(body).not.toContain('<img')
    expect(body).toContain('Budi &lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#39;Sons&#39;')
    expect(body).toContain('PT &lt;Awan&gt; &amp; Rekan')
  })

  test('speaks the customer’s language, whoever reads it', async () => {
    for (const word of ['lang="id"', 'Kuitansi', 'NPWP', 'Rp 55.500', '31 Jan 2026 – 28 Feb 2026', 'PPN 12%']) {
      expect((await page(customer, charge.id)).body).toContain(word)
    }
    expect((await customer.patch('/auth/me', { locale: 'en' })).status).toBe(200)
    const { body } = await admin.get(`/admin/transactions/${charge.id}/receipt/page`)
    for (const word of ['lang="en"', 'Receipt', 'Tax number', 'Rp 55.500', 'Tax base (11/12)', '31 January 2026']) {
      expect(body).toContain(word)
    }
  })
})
