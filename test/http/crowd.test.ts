import { expect, test } from 'bun:test'
import { Registry } from 'prom-client'
import { noAccessLog } from '../../src/http/access-log'
import { HttpMetrics } from '../../src/http/http-metrics'
import { listen } from '../../src/http/listener'
import { until } from '../support/until'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} }

test('many who wait for the same commit are a crowd for as long as they wait, also if nobody new comes', async () => {
  const listener = listen({
    port: 0,
    host: '127.0.0.1',
    log: silent as never,
    accessLog: noAccessLog,
    metrics: new HttpMetrics(new Registry()),
  })
  const gate = Promise.withResolvers<Response>()
  let waiting = 0
  listener.serve(() => {
    waiting++
    return gate.promise.then((answer) => answer.clone() as Response)
  }, [])
  try {
    const asked = Array.from({ length: 5 }, () => fetch(`${listener.url}/api/wallet`))
    await until(
      'five wait',
      () => waiting,
      (count) => count === 5,
    )
    const since = performance.now()
    // Whatever time this machine takes: they are one now, not when they came.
    await Bun.sleep(60)
    expect(listener.lastCrowd()).toBeGreaterThan(since)
    gate.resolve(new Response('done'))
    await Promise.all(asked)
    const over = performance.now()
    await Bun.sleep(1)
    expect(listener.lastCrowd()).toBeLessThan(over)
  } finally {
    await listener.close(0)
  }
})
