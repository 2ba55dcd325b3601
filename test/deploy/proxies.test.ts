import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { runApp } from '../support/runtime'
import { startSystem, type TestSystem } from '../support/system'
import { openProxy, type ProxyKind, programOf, type RunningProxy } from './proxy'

const host = 'minispod.example.com'
const request = (target: string, more = '') =>
  `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n${more}\r\n`

for (const kind of ['nginx', 'haproxy'] as ProxyKind[]) {
  // Where the program is not installed there is nothing to be tried.
  describe.skipIf(programOf(kind) === null || Bun.which('openssl') === null)(
    `behind ${kind} as in deploy/proxies`,
    () => {
      let system: TestSystem
      let proxy: RunningProxy
      beforeAll(async () => {
        system = await startSystem({
          environment: { TRUSTED_PROXIES: '127.0.0.1', PUBLIC_URL: `https://${host}`, RATE_LIMITS: '1' },
          ticks: () => 5,
        })
        proxy = await openProxy(kind, system.url)
      }, 60_000)
      afterAll(async () => {
        await proxy?.close()
        await system?.close()
      })

      test.each([
        ['/', 302],
        ['/docs', 200],
        ['/docs/swagger-ui.css', 200],
        ['/openapi.json', 200],
        ['/payments/finished', 200],
        ['/verify-email?token=x', 200],
        ['/reset-password?token=x', 200],
        ['/api/catalog/categories', 200],
        ['/api/v1/catalog/services/n8n', 200],
        ['/api/auth/me', 401],
      ])('%s is served', async (target, status) => {
        expect((await proxy.send(request(target))).status).toBe(status)
      })

      test.each([
        '/metrics',
        '/metrics/',
        '/livez',
        '/readyz',
        '/docs/..\\metrics',
        '/docs/../metrics',
        '/docs/..\\..\\metrics',
        '/api/../metrics',
        '/api/..\\metrics',
        '/api\\..\\metrics',
        '/api/%2e%2e/metrics',
        '/api/%2e%2e%5cmetrics',
        '/api/..%5cmetrics',
        '/api/..%2fmetrics',
        '/api//../metrics',
        '/api/./../metrics',
        '/api/..;/metrics',
        '//metrics',
        '/./metrics',
        '/%6detrics',
        '/metrics;x',
        '/docs/..\\readyz',
        '/apix/../metrics',
      ])('%s shows no figures and no probe', async (target) => {
        const { status, body } = await proxy.send(request(target))
        expect([400, 404]).toContain(status)
        expect(body).not.toMatch(/minispod_|"database"|"status":"ok"/)
      })

      test('who calls is the client, whatever it says of itself', async () => {
        const forged = [
          'x-forwarded-for: 203.0.113.9',
          'forwarded: for=203.0.113.9',
          'x-real-ip: 203.0.113.9',
          'x-request-id: my-own-id-0001',
        ]
        const { head } = await proxy.send(request('/api/nowhere', `${forged.join('\r\n')}\r\n`))
        const again = await proxy.send(request('/api/nowhere'))
        const left = (answer: string) => Number(/ratelimit: "read";r=(\d+)/i.exec(answer)?.[1])
        expect(left(again.head)).toBe(left(head) - 1)
        expect(head).not.toContain('my-own-id-0001')
      })

      test('a request without TLS is sent to where there is some', async () => {
        const { status, headers } = await fetch(`${proxy.plainUrl}/docs?x=1`, { redirect: 'manual', headers: { host } })
        expect([status, headers.get('location')]).toEqual([301, `https://${host}/docs?x=1`])
      })

      test('a log stream comes as it is written, while it goes on', async () => {
        const { id, customer } = await runApp(system)
        const stream = await fetch(`${proxy.url}/api/instances/${id}/logs/stream`, {
          headers: { host, authorization: `Bearer ${customer.accessToken}` },
          tls: { rejectUnauthorized: false },
          signal: AbortSignal.timeout(10_000),
        })
        const reader = stream.body!.getReader()
        let said = ''
        while (!said.includes('event: ')) {
          const { done, value } = await reader.read()
          expect([stream.status, done]).toEqual([200, false])
          said += new TextDecoder().decode(value)
        }
        await reader.cancel()
      })
    },
  )
}
