import { expect, test } from 'bun:test'
import { sharedSystem, startSystem } from '../support/system'
import { parseExposition, type Sample } from './exposition'

const system = sharedSystem()

async function figures(url: string) {
  const response = await fetch(`${url}/metrics`)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const families = parseExposition(await response.text())
  const find = (metric: string, labels: Record<string, string> = {}): Sample[] =>
    families
      .flatMap(({ samples }) => samples)
      .filter((sample) => sample.metric === metric)
      .filter((sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value))
  return { families, find }
}

test('/livez and /readyz answer without a token and outside of the API', async () => {
  const { url } = await system()
  const live = await fetch(`${url}/livez`)
  expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }])
  const ready = await fetch(`${url}/readyz`)
  expect(ready.status).toBe(200)
  expect(await ready.json()).toMatchObject({ status: 'ok', database: true })
  expect((await fetch(`${url}/api/livez`)).status).toBe(404)
})

test('the figures are in Prometheus’ format, each with its help and type, named after the product', async () => {
  const { url } = await system()
  const { families } = await figures(url)
  expect(families.length).toBeGreaterThan(8)
  for (const { name, help, type } of families) {
    expect(name).toStartWith('minispod_')
    expect(help.length).toBeGreaterThan(5)
    if (type === 'counter') expect(name).toEndWith('_total')
    expect(name).not.toMatch(/_(bucket|count|sum)$/)
  }
})

test('requests are counted by route and status, with a histogram that adds up', async () => {
  const { anybody, url } = await system()
  const route = '/api/catalog/services/:serviceSlug'
  for (const slug of ['n8n', 'ghost', 'nothing-of-the-kind']) await anybody.get(`/catalog/services/${slug}`)
  const { find } = await figures(url)
  expect(find('minispod_http_requests_total', { route, method: 'GET', status: '200' })[0]?.value).toBe(2)
  expect(find('minispod_http_requests_total', { route, method: 'GET', status: '404' })[0]?.value).toBe(1)
  const name = 'minispod_http_request_duration_seconds'
  const buckets = find(`${name}_bucket`, { route })
  const counts = buckets.map(({ value }) => value)
  expect(counts).toEqual(counts.toSorted((a, b) => a - b))
  expect(buckets.map(({ labels }) => Number(labels.le?.replace('+Inf', 'Infinity')))).toEqual([
    0.005,
    0.025,
    0.1,
    0.2,
    0.5,
    1,
    5,
    Infinity,
  ])
  expect(find(`${name}_count`, { route })[0]?.value).toBe(2)
  expect(buckets.at(-1)?.value).toBe(2)
  expect(find(`${name}_sum`, { route })[0]?.value).toBeGreaterThan(0)
})

test('whoever is refused makes no scrape longer but by a count', async () => {
  const { url } = await system()
  const before = (await (await fetch(`${url}/metrics`)).text())
    .split('\n')
    .filter((line) => line.includes('_duration_'))
  const paths = ['/api/wallet', '/api/subscriptions', '/api/admin/users', '/api/auth/me', '/api/nothing']
  for (const path of paths) for (const method of ['GET', 'POST', 'TRACE', 'LOCK']) await fetch(url + path, { method })
  const after = (await (await fetch(`${url}/metrics`)).text()).split('\n')
  expect(after.filter((line) => line.includes('_duration_')).length).toBeLessThanOrEqual(before.length + 10)
  expect(after.filter((line) => /method="(?:TRACE|LOCK)"/.test(line))).toEqual([])
})

test('no label holds an id, an address or a path', async () => {
  const { admin, customer, plan, url } = await system()
  const buyer = await customer({ balance: 100_000 })
  const sold = await plan({ price: 1_000 })
  const { id } = (await buyer.post('/subscriptions', { planId: sold.id })).body.data
  await buyer.get(`/subscriptions/${id}`)
  await buyer.get(`/subscriptions/${id}/metrics`)
  await buyer.get('/subscriptions/sub_unknown')
  await buyer.post('/wallet/top-ups', { amount: 50_000, method: 'bca_va' })
  await buyer.get(`/nowhere/${id}`)
  await (await admin()).get('/admin/mails')
  const { families, find } = await figures(url)
  const values = families.flatMap(({ samples }) => samples.flatMap(({ labels }) => Object.values(labels)))
  expect(values.filter((value) => /[a-z]{2,4}_[0-9a-z]{10,}|@|\/\/|unknown|nowhere/.test(value))).toEqual([])
  expect(find('minispod_http_requests_total', { route: '/api/subscriptions/:id', status: '404' })[0]?.value).toBe(1)
  expect(find('minispod_http_requests_total', { route: 'unmatched', status: '404' }).length).toBe(1)
})

test('a thousand unknown paths are one series', async () => {
  const { url } = await system()
  const before = (await figures(url)).families.flatMap(({ samples }) => samples).length
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => fetch(`${url}/api/path-${index}`)))
  const after = (await figures(url)).families.flatMap(({ samples }) => samples).length
  expect(after - before).toBeLessThan(20)
})

test('a database that answers no more makes it not ready, and it lives on', async () => {
  const running = await startSystem()
  await running.parts.db.close()
  const ready = await fetch(`${running.url}/readyz`)
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'unavailable', database: false, writable: false, trouble: null, cluster: expect.any(Boolean) },
  ])
  expect((await fetch(`${running.url}/livez`)).status).toBe(200)
  const asked = await fetch(`${running.url}/api/catalog/services/wordpress`)
  const text = await asked.text()
  expect(asked.status).toBeGreaterThanOrEqual(500)
  expect(text).not.toMatch(/sqlite|database|select/i)
  await running.close()
})
