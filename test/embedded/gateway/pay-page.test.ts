import { afterEach, expect, test } from 'bun:test'
import { openTill, orderBy } from '../../payments/till'

let till: Awaited<ReturnType<typeof openTill>>
afterEach(() => till.close())

const submit = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

test('paying on the page notifies the merchant with a genuine signature and sends the browser back', async () => {
  till = await openTill()
  const order = orderBy('gopay', till.clock)
  const { redirectUrl } = await till.gateway.charge(order)
  const page = await (await fetch(redirectUrl!)).text()
  expect(page).toContain('Rp&nbsp;50.000')
  expect(page).toContain('value="pay"')

  const answer = await submit(redirectUrl!, { action: 'pay' })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(
    `https://shop.example.com/wallet?order_id=${order.orderId}&status_code=200&transaction_status=settlement`,
  )
  await till.provider.notifications.idle()
  expect(till.notices.map((notice) => notice.transaction_status)).toEqual(['pending', 'settlement'])
  const notice = till.notices[1]!
  expect(notice).toMatchObject({
    order_id: order.orderId,
    status_code: '200',
    gross_amount: '50000.00',
    currency: 'IDR',
    merchant_id: 'G000000001',
    payment_type: 'gopay',
    fraud_status: 'accept',
    transaction_time: '2026-01-31 17:00:00',
    settlement_time: '2026-01-31 17:00:00',
  })
  expect(till.gateway.verifySignature(notice)).toBe(true)
  expect(till.gateway.verifySignature({ ...notice, gross_amount: '50000' })).toBe(false)
})

test('a second click pays nothing twice and says so', async () => {
  till = await openTill()
  const { redirectUrl } = await till.gateway.charge(orderBy('bca_va', till.clock))
  const statuses = await Promise.all([1, 2, 3].map(async () => (await submit(redirectUrl!, { action: 'pay' })).status))
  expect(statuses.sort()).toEqual([303, 409, 409])
  await till.provider.notifications.idle()
  expect(till.notices.map((notice) => notice.transaction_status)).toEqual(['pending', 'settlement'])
  expect(await (await fetch(redirectUrl!)).text()).not.toContain('value="pay"')
})

test('the page can refuse and expire; the notice of an expiry carries 202', async () => {
  till = await openTill()
  for (const [action, status] of [
    ['deny', 'deny'],
    ['expire', 'expire'],
  ] as const) {
    const order = orderBy('bni_va', till.clock)
    const { redirectUrl } = await till.gateway.charge(order)
    expect((await submit(redirectUrl!, { action })).status).toBe(303)
    await till.provider.notifications.idle()
    expect(till.notices.at(-1)).toMatchObject({
      order_id: order.orderId,
      transaction_status: status,
      status_code: '202',
    })
    expect(till.gateway.verifySignature(till.notices.at(-1))).toBe(true)
  }
})

test('a hosted page lets the customer choose once, and tells the merchant only then', async () => {
  till = await openTill()
  const { redirectUrl } = await till.gateway.charge(orderBy('snap', till.clock))
  const page = await fetch(redirectUrl!)
  expect(await page.text()).toContain('value="mandiri_bill"')
  expect(till.notices).toHaveLength(0)
  expect((await submit(page.url, { action: 'pay' })).status).toBe(409)
  expect((await submit(page.url, { method: 'constructor' })).status).toBe(400)
  expect((await submit(page.url, { method: 'mandiri_bill' })).headers.get('location')).toBe(page.url)
  expect((await submit(page.url, { method: 'gopay' })).status).toBe(409)
  expect((await submit(page.url, { action: 'pay' })).headers.get('location')).toContain(
    'https://shop.example.com/wallet?',
  )
  await till.provider.notifications.idle()
  expect(till.notices.map((notice) => notice.payment_type)).toEqual(['echannel', 'echannel'])
})

test('what the merchant sent is shown as text, and nothing on the page may run or load', async () => {
  till = await openTill()
  const evil = '"><script>alert(1)</script><img src=x>'
  const order = orderBy('gopay', till.clock, { description: evil, customer: { name: evil, email: 'a@example.com' } })
  const { redirectUrl } = await till.gateway.charge(order)
  const page = await fetch(redirectUrl!)
  const html = await page.text()
  expect(html).not.toContain('<script')
  expect(html).not.toContain('<img')
  expect(html).toContain('&lt;script&gt;')
  const policy = page.headers.get('content-security-policy')!
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("form-action 'self' https://shop.example.com")
  const style = /<style>([\s\S]*)<\/style>/.exec(html)![1]!
  expect(policy).toContain(new Bun.CryptoHasher('sha256').update(style).digest('base64'))
})

test('an unknown order and an unknown path are 404 pages', async () => {
  till = await openTill()
  for (const path of [
    '/pay/none',
    '/pay/%E0%A4%A',
    '/snap/v4/redirection/none',
    '/v2/qris/none/qr-code',
    '/',
    '/pay/a/b',
  ]) {
    expect((await fetch(till.provider.url + path)).status).toBe(404)
  }
})

test('an order that names no page of its own goes back to the one the merchant set', async () => {
  till = await openTill({ finishUrl: 'https://shop.example.com/done?tab=wallet' })
  const { redirectUrl } = await till.gateway.charge(orderBy('bca_va', till.clock))
  const answer = await submit(redirectUrl!, { action: 'pay' })
  expect(answer.headers.get('location')).toStartWith('https://shop.example.com/done?tab=wallet&order_id=')
})
