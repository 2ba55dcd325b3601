import { afterEach, describe, expect, test } from 'bun:test'
import { type CallReport, configMaps, isKubeError, type KubeError, loadConnection } from '../../src/kube'
import { failureOf } from '../contract/waiting'
import { createHand } from '../support/hand'
import { type Answer, configMapOf, type FakeApiServer, listOf, startApiServer, statusOf } from './api-server'

const ref = { name: 'a', namespace: 'ns' }
const path = '/api/v1/namespaces/ns/configmaps'
let server: FakeApiServer | undefined
afterEach(() => server?.stop())

async function kubeOf(answer: Answer, options?: Parameters<typeof startApiServer>[1]) {
  server = await startApiServer(answer, options)
  return server.kube
}

async function faultOf(call: Promise<unknown>): Promise<KubeError> {
  const fault = await failureOf(call)
  if (!isKubeError(fault)) throw fault
  return fault
}

describe('what the API server says becomes a kind', () => {
  test.each([
    [400, 'BadRequest', 'bad-request', false],
    [401, 'Unauthorized', 'unauthorized', false],
    [403, 'Forbidden', 'forbidden', false],
    [404, 'NotFound', 'not-found', false],
    [405, 'MethodNotAllowed', 'not-allowed', false],
    [409, 'Conflict', 'conflict', true],
    [409, 'AlreadyExists', 'already-exists', false],
    [410, 'Gone', 'gone', false],
    [410, 'Expired', 'gone', false],
    [413, 'RequestEntityTooLarge', 'too-large', false],
    [415, 'UnsupportedMediaType', 'unsupported-media-type', false],
    [422, 'Invalid', 'invalid', false],
    [429, 'TooManyRequests', 'too-many', true],
    [500, 'InternalError', 'internal', true],
    [503, 'ServiceUnavailable', 'unavailable', true],
    [504, 'Timeout', 'timeout', true],
    [418, 'Teapot', 'unexpected', false],
  ] as const)('%d %s is %s', async (status, reason, kind, retryable) => {
    const kube = await kubeOf(() => statusOf(status, reason))
    const fault = await faultOf(kube.get(configMaps, ref))
    expect(fault).toMatchObject({ status, reason, kind, retryable, message: `said ${reason}` })
  })

  test('a refusal because the namespace is going away is worth another try', async () => {
    const details = { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] }
    const kube = await kubeOf(() => statusOf(403, 'Forbidden', { details }))
    expect(await faultOf(kube.create(configMaps, { metadata: ref }))).toMatchObject({
      kind: 'forbidden',
      retryable: true,
    })
  })

  test('a page of a proxy in between is not quoted', async () => {
    const page = (request: Request) =>
      new Response(`<html>${request.headers.get('authorization')}</html>`, { status: 502 })
    const kube = await kubeOf(page)
    const fault = await faultOf(kube.create(configMaps, { metadata: ref }))
    expect(fault).toMatchObject({ kind: 'unavailable', status: 502, message: 'the API server answered 502' })
    expect(Bun.inspect(fault)).not.toContain('sesame')
  })

  test('an answer that is no JSON is unexpected, a redirect is not followed', async () => {
    let redirect = false
    const kube = await kubeOf(() =>
      redirect ? Response.redirect('/elsewhere', 302) : new Response('<html>', { status: 200 }),
    )
    expect(await faultOf(kube.get(configMaps, ref))).toMatchObject({ kind: 'unexpected' })
    redirect = true
    expect(await faultOf(kube.get(configMaps, ref))).toMatchObject({ kind: 'unexpected', status: 302 })
    expect(server?.asked).toHaveLength(2)
  })
})

describe('another try', () => {
  const thenFine =
    (...answers: (() => Response)[]): Answer =>
    () =>
      answers.shift()?.() ?? Response.json(configMapOf('a', '1'))

  test('follows a 429, also for what must not happen twice, after as long as the server asked', async () => {
    const refusal = () => new Response('slow down', { status: 429, headers: { 'retry-after': '1' } })
    const waits: number[] = []
    const sleep = async (ms: number) => void waits.push(ms)
    const kube = await kubeOf(thenFine(refusal), { sleep })
    await kube.create(configMaps, { metadata: ref })
    expect(waits).toEqual([1_000])
    expect(server?.asked).toHaveLength(2)
  })

  test('follows a 503 only where twice is as good as once', async () => {
    const down = () => statusOf(503, 'ServiceUnavailable')
    const kube = await kubeOf(thenFine(down, down))
    expect((await kube.apply(configMaps, { metadata: ref })).metadata.name).toBe('a')
    expect(server?.asked).toHaveLength(3)
    await server?.stop()
    const other = await kubeOf(thenFine(down))
    expect(await faultOf(other.create(configMaps, { metadata: ref }))).toMatchObject({ kind: 'unavailable' })
    expect(server?.asked).toHaveLength(1)
  })

  test('ends after the third', async () => {
    const kube = await kubeOf(() => statusOf(503, 'ServiceUnavailable', { details: { retryAfterSeconds: 0 } }))
    expect(await faultOf(kube.get(configMaps, ref))).toMatchObject({ status: 503, retryAfterMs: 0 })
    expect(server?.asked).toHaveLength(3)
  })

  test('is left to the caller when the server asks for a long wait', async () => {
    const kube = await kubeOf(() => new Response('', { status: 429, headers: { 'retry-after': '30' } }))
    expect(await faultOf(kube.get(configMaps, ref))).toMatchObject({ kind: 'too-many', retryAfterMs: 30_000 })
    expect(server?.asked).toHaveLength(1)
  })

  test('does not follow a refusal that is final', async () => {
    const kube = await kubeOf(() => statusOf(422, 'Invalid'))
    await faultOf(kube.apply(configMaps, { metadata: ref }))
    expect(server?.asked).toHaveLength(1)
  })

  test('follows a broken connection where twice is as good as once', async () => {
    let calls = 0
    const listener = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        data(socket) {
          if (++calls === 1) return void socket.terminate()
          const body = JSON.stringify(configMapOf('a', '1'))
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
        },
      },
    })
    const kube = createHand(await loadConnection({ server: `http://127.0.0.1:${listener.port}` }))
    expect((await kube.get(configMaps, ref)).metadata.name).toBe('a')
    expect(calls).toBe(2)
    calls = 0
    expect(await faultOf(kube.create(configMaps, { metadata: ref }))).toMatchObject({ kind: 'unavailable', status: 0 })
    expect(calls).toBe(1)
    listener.stop(true)
  })

  test('follows a 401 once where there are new credentials', async () => {
    let good = false
    const kube = await kubeOf((request) =>
      request.headers.get('authorization') === 'Bearer new'
        ? Response.json(configMapOf('a', '1'))
        : statusOf(401, 'Unauthorized'),
    )
    void kube
    const headers = { old: { authorization: 'Bearer old' }, new: { authorization: 'Bearer new' } }
    const renewing = createHand({
      server: server!.url,
      async headers(renew) {
        good ||= renew === true
        return good ? headers.new : headers.old
      },
    })
    expect((await renewing.create(configMaps, { metadata: ref })).metadata.name).toBe('a')
    expect(server?.asked).toHaveLength(2)
  })
})

describe('limits', () => {
  test('a server that does not answer costs no more than the time limit', async () => {
    const kube = await kubeOf(() => new Promise<Response>(() => {}), { timeoutMs: 150 })
    const fault = await faultOf(kube.get(configMaps, ref))
    expect(fault).toMatchObject({ kind: 'timeout', status: 0, retryable: true })
  })

  test('nor one that stops in the middle of its answer', async () => {
    const half = () => new Response(new ReadableStream({ start: (controller) => controller.enqueue('{"meta') }))
    const kube = await kubeOf(half, { timeoutMs: 150 })
    expect(await faultOf(kube.get(configMaps, ref))).toMatchObject({ kind: 'timeout' })
  })

  test('an abort ends a call at once', async () => {
    const kube = await kubeOf(() => new Promise<Response>(() => {}), { timeoutMs: 24 * 60 * 60_000 })
    const fault = await faultOf(kube.get(configMaps, ref, { signal: AbortSignal.timeout(50) }))
    expect(fault).toMatchObject({ kind: 'aborted', retryable: false })
  })

  test('an answer that is too large is refused, announced or not', async () => {
    const large = 'x'.repeat(5_000)
    let announced = true
    const parts = () =>
      new ReadableStream({
        async pull(controller) {
          controller.enqueue(large)
          await Bun.sleep(1)
        },
      })
    const kube = await kubeOf(() => new Response(announced ? large : parts()), { maxAnswerBytes: 4_000 })
    expect(await faultOf(kube.get(configMaps, ref))).toMatchObject({ kind: 'too-large' })
    announced = false
    expect(await faultOf(kube.get(configMaps, ref))).toMatchObject({ kind: 'too-large' })
  })

  test('no more calls run at a time than allowed, and all of them do', async () => {
    let now = 0
    let most = 0
    const kube = await kubeOf(
      async () => {
        most = Math.max(most, ++now)
        await Bun.sleep(5)
        now--
        return Response.json(configMapOf('a', '1'))
      },
      { concurrency: 4 },
    )
    await Promise.all(Array.from({ length: 40 }, () => kube.get(configMaps, ref)))
    expect(most).toBe(4)
    expect(server?.asked).toHaveLength(40)
  })

  test('a call that gives up while it waits for its turn does not keep the turn', async () => {
    const held: (() => void)[] = []
    const hold = () =>
      new Promise<Response>((resolve) => held.push(() => resolve(Response.json(configMapOf('a', '1')))))
    const kube = await kubeOf(hold, { concurrency: 1 })
    const first = kube.get(configMaps, ref)
    const impatient = faultOf(kube.get(configMaps, ref, { timeoutMs: 60 }))
    const third = kube.get(configMaps, ref)
    expect(await impatient).toMatchObject({ kind: 'timeout' })
    held.shift()?.()
    await first
    while (held.length === 0) await Bun.sleep(2)
    held.shift()?.()
    expect((await third).metadata.name).toBe('a')
    expect(server?.asked).toHaveLength(2)
  })
})

describe('what is sent', () => {
  test('every call is reported once for each time it was sent', async () => {
    const reports: CallReport[] = []
    const kube = await kubeOf(() => (reports.length === 0 ? statusOf(503, 'ServiceUnavailable') : listOf('5', [])), {
      onCall: (report) => reports.push(report),
    })
    await kube.list(configMaps, { namespace: 'ns' })
    expect(reports).toMatchObject([
      { verb: 'list', resource: 'configmaps', status: 503 },
      { verb: 'list', resource: 'configmaps', status: 200 },
    ])
    for (const { ms } of reports) expect(ms).toBeGreaterThan(0)
  })

  test('names and selectors can not leave their place in the address', async () => {
    const kube = await kubeOf(() => listOf('5', []))
    await kube.list(configMaps, { namespace: 'a/../b', labelSelector: 'x=y&watch=1' })
    expect(server?.asked).toEqual([
      'GET /api/v1/namespaces/a%2F..%2Fb/configmaps?limit=500&labelSelector=x%3Dy%26watch%3D1',
    ])
  })

  test('apply says who we are and asks for strict fields', async () => {
    let sent: unknown
    const kube = await kubeOf(async (request) => {
      sent = [request.headers.get('content-type'), request.headers.get('authorization'), await request.json()]
      return Response.json(configMapOf('a', '1'))
    })
    await kube.apply(configMaps, { metadata: ref, data: { a: 'b' } }, { force: true })
    expect(server?.asked).toEqual([`PATCH ${path}/a?fieldManager=minispod&fieldValidation=Strict&force=true`])
    expect(sent).toEqual([
      'application/apply-patch+yaml',
      'Bearer sesame',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: ref, data: { a: 'b' } },
    ])
  })
})

describe('a list', () => {
  test('whose token expired begins anew once, and forgets what it had', async () => {
    const answers = [
      listOf('5', [configMapOf('old', '1')], 'more'),
      statusOf(410, 'Expired'),
      listOf('9', [configMapOf('a', '6')], 'rest'),
      listOf('9', [configMapOf('b', '7')]),
    ]
    const kube = await kubeOf(() => answers.shift()!)
    const { items, resourceVersion } = await kube.list(configMaps, { namespace: 'ns', pageSize: 1 })
    expect(items.map((item) => item.metadata.name)).toEqual(['a', 'b'])
    expect(resourceVersion).toBe('9')
    expect(server?.asked).toEqual([
      `GET ${path}?limit=1`,
      `GET ${path}?limit=1&continue=more`,
      `GET ${path}?limit=1`,
      `GET ${path}?limit=1&continue=rest`,
    ])
  })

  test('whose token expires again is gone', async () => {
    const kube = await kubeOf((_, url) =>
      url.searchParams.has('continue') ? statusOf(410, 'Expired') : listOf('5', [], 'more'),
    )
    expect(await faultOf(kube.list(configMaps))).toMatchObject({ kind: 'gone' })
    expect(server?.asked).toHaveLength(4)
  })
})

describe('metrics', () => {
  test.each([404, 503])('a metrics API that answers %d means no data', async (status) => {
    const kube = await kubeOf(() => statusOf(status, 'Reason'))
    expect(await kube.findPodMetrics(ref)).toBeUndefined()
    expect(server?.asked).toHaveLength(1)
  })

  test('any other refusal is one', async () => {
    const kube = await kubeOf(() => statusOf(403, 'Forbidden'))
    expect(await faultOf(kube.findPodMetrics(ref))).toMatchObject({ kind: 'forbidden' })
  })
})
