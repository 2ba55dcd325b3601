import { afterAll, describe, expect, test } from 'bun:test'
import { parseConfig } from '../../src/config'
import { startSystem } from '../support/system'
import { sendRaw } from './raw-request'

const token = 'a-token-of-the-scraper'
const guarded = startSystem({ environment: { METRICS_TOKEN: token } })
const apart = startSystem({ environment: { METRICS_PORT: '0' } })
const both = startSystem({ environment: { METRICS_PORT: '0', METRICS_TOKEN: token } })
afterAll(async () => {
  for (const system of [guarded, apart, both]) await (await system).close()
})

const read = (url: string, authorization?: string) =>
  fetch(url, authorization === undefined ? {} : { headers: { authorization } })
const wrong = ['', 'Bearer', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, token, `Basic ${btoa(`x:${token}`)}`]

describe('with METRICS_TOKEN the figures are for whoever has it:', () => {
  test('on the port of the API', async () => {
    const { url } = await guarded
    for (const header of [undefined, ...wrong]) {
      const refused = await read(`${url}/metrics`, header)
      expect([header, refused.status, (await refused.json()).error.code]).toEqual([header, 401, 'UNAUTHORIZED'])
    }
    const shown = await read(`${url}/metrics`, `Bearer ${token}`)
    expect([shown.status, (await shown.text()).includes('minispod_http_requests_total')]).toEqual([200, true])
  })

  test('on a port of their own', async () => {
    const { metricsUrl } = await both
    for (const header of [undefined, ...wrong]) {
      const refused = await read(metricsUrl!, header)
      expect([header, refused.status, await refused.text()]).toEqual([header, 401, ''])
    }
    expect((await read(metricsUrl!, `Bearer ${token}`)).status).toBe(200)
  })
})

describe('with METRICS_PORT', () => {
  test('the figures are there and not beside the API', async () => {
    const { url, metricsUrl } = await apart
    const shown = await read(metricsUrl!)
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')])
    expect(await shown.text()).toContain('minispod_http_requests_total')
    expect((await read(`${url}/metrics`)).status).toBe(404)
  })

  test('nothing else is', async () => {
    const { metricsUrl } = await apart
    const { origin } = new URL(metricsUrl!)
    for (const path of ['/', '/livez', '/api/catalog/categories', '/metrics/x']) {
      expect([path, (await read(origin + path)).status]).toEqual([path, 404])
    }
    for (const target of ['/x/../metrics', '/docs/..\\metrics']) {
      const { status } = await sendRaw(origin, `GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
      expect([target, status]).toEqual([target, 404])
    }
    expect((await fetch(metricsUrl!, { method: 'POST' })).status).toBe(404)
  })

  test('a start on one that is taken says so, and leaves nothing open', async () => {
    const taken = new URL((await apart).metricsUrl!).port
    await expect(startSystem({ environment: { METRICS_PORT: taken } })).rejects.toThrow(
      `METRICS_PORT: 127.0.0.1:${taken} is in use: end what listens there, or choose another port (METRICS_PORT=0 takes a free one)`,
    )
  })
})

test('a token that can be guessed, or that no header can carry, is refused at the start', () => {
  for (const METRICS_TOKEN of ['short', 'with spaces in the middle', 'passwört-passwört-passwört']) {
    expect(() => parseConfig({ METRICS_TOKEN })).toThrow('METRICS_TOKEN: must be at least 16 characters of ASCII')
  }
})
