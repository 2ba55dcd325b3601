import { afterAll, beforeAll, expect, test } from 'bun:test'
import { actOnPage, ended, rowOfTopUp, sharedShop, topUp } from '../support/shop'
import { startSystem, type TestSystem } from '../support/system'

const shop = sharedShop()
const open = async (url: string, query: string, language: string) => {
  const answer = await fetch(`${url}/payments/finished${query}`, { headers: { 'accept-language': language } })
  return { answer, html: await answer.text() }
}

test('the page after paying says what our books say of the order, whatever its address claims', async () => {
  const { system } = await shop()
  const customer = await system.customer()
  const [paid, denied] = [await topUp(customer, 'qris'), await topUp(customer, 'qris')]
  const orders = {
    paid: (await rowOfTopUp(await shop(), paid.id)).orderId,
    denied: (await rowOfTopUp(await shop(), denied.id)).orderId,
  }
  const claimed = '&status_code=200&transaction_status=settlement'
  const waiting = await open(system.url, `?order_id=${orders.paid}${claimed}`, 'en')
  expect(waiting.html).toContain('Waiting for the payment')
  expect(waiting.html).toContain('http-equiv="refresh"')
  await actOnPage(paid.redirectUrl, { action: 'pay' })
  await actOnPage(denied.redirectUrl, { action: 'deny' })
  await Promise.all([ended(customer, paid.id), ended(customer, denied.id)])
  const over = await open(system.url, `?order_id=${orders.paid}`, 'en')
  expect(over.html).toContain('Payment received')
  expect(over.html).not.toContain('http-equiv="refresh"')
  expect((await open(system.url, `?order_id=${orders.denied}${claimed}`, 'id')).html).toContain('Pembayaran ditolak')
  // The person's own language where the browser names none of ours.
  expect((await open(system.url, `?order_id=${orders.denied}`, 'fr')).html).toContain('Pembayaran ditolak')
})

test.each(['', '?order_id=', '?order_id=TXMP-1-unknown', `?order_id=${'x'.repeat(500)}`, '?order_id=%3Cscript%3E'])(
  'an address that names no order of ours gets words that promise nothing: %p',
  async (query) => {
    const { system } = await shop()
    const { answer, html } = await open(system.url, query, 'en')
    expect(answer.status).toBe(200)
    expect(html).toContain('Back from the payment page')
    expect(html).not.toContain('<script')
  },
)

let branded: TestSystem
beforeAll(async () => {
  branded = await startSystem({
    environment: {
      BUSINESS_NAME: 'Warung "Awan"',
      BUSINESS_LOGO_URL: 'https://cdn.example/logo.svg',
      STORE_URL: 'https://warung.example/toko',
      SUPPORT_ADDRESS: 'bantuan@warung.example',
    },
  })
})
afterAll(() => branded.close())

test.each(['/payments/finished', '/reset-password?token=x', '/verify-email'])(
  '%s stands in the name of the business, with a way home and somebody to ask',
  async (path) => {
    const answer = await fetch(branded.url + path, { headers: { 'accept-language': 'id' } })
    const html = await answer.text()
    expect(html).toContain('<img src="https://cdn.example/logo.svg" alt="Warung &quot;Awan&quot;">')
    expect(html).toContain('<a href="https://warung.example/toko">Kembali ke toko</a>')
    expect(html).toContain('<a href="mailto:bantuan@warung.example">Bantuan</a>')
    expect(answer.headers.get('content-security-policy')).toContain('img-src https://cdn.example;')
  },
)

test('a reset page without a token takes no password, and one with it states the rule', async () => {
  const without = await (await fetch(`${branded.url}/reset-password`)).text()
  expect(without).toContain('This link is not valid any more')
  expect(without).not.toMatch(/<form|<input|<script/)
  const withToken = await (await fetch(`${branded.url}/reset-password?token=abc`)).text()
  expect(withToken).toContain('10 to 200 characters')
})
