import { afterEach, expect, test } from 'bun:test'
import { inspect } from 'node:util'
import { createResendSender, MailError } from '../../src/mail-senders'

const apiKey = 're_secret_key_123'
const mail = {
  id: 'mail_1',
  key: 'welcome:usr_1',
  to: 'a@example.com',
  subject: 'Hi',
  text: 'text',
  html: '<p>html</p>',
}

/** Later than the test’s own end. */
const never = 24 * 60 * 60_000

let server: ReturnType<typeof Bun.serve> | undefined
afterEach(() => server?.stop(true))

function resendAt(
  answer: (request: Request) => Response | Promise<Response>,
  { timeoutMs = 60_000, replyTo }: { timeoutMs?: number; replyTo?: string } = {},
) {
  const seen: { path: string; headers: Headers; body: unknown }[] = []
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      seen.push({ path: new URL(request.url).pathname, headers: request.headers, body: await request.json() })
      return answer(request)
    },
  })
  const baseUrl = `http://127.0.0.1:${server.port}`
  return {
    seen,
    sender: createResendSender({
      apiKey,
      baseUrl,
      from: { name: 'MinisPod', address: 'no-reply@example.com', replyTo },
      timeoutMs,
    }),
  }
}

const refusal =
  (status: number, name: string, message: string, headers: Record<string, string> = {}) =>
  () =>
    Response.json({ statusCode: status, name, message }, { status, headers })

async function failureOf(send: Promise<unknown>): Promise<MailError> {
  const error = await send.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(error instanceof MailError)) throw new Error(`not a MailError: ${inspect(error)}`)
  return error
}

test('a mail goes out whole, with the key as its idempotency key, and the provider’s id comes back', async () => {
  const { seen, sender } = resendAt(() => Response.json({ id: 'abc' }))
  expect(await sender.send(mail)).toEqual({ providerId: 'abc' })
  expect(seen[0]?.path).toBe('/emails')
  expect(seen[0]?.headers.get('authorization')).toBe(`Bearer ${apiKey}`)
  expect(seen[0]?.headers.get('idempotency-key')).toBe(mail.key)
  expect(seen[0]?.body).toEqual({
    from: 'MinisPod <no-reply@example.com>',
    to: 'a@example.com',
    subject: 'Hi',
    text: 'text',
    html: '<p>html</p>',
  })
})

test('where an answer goes and how to unsubscribe go with it', async () => {
  const { seen, sender } = resendAt(() => Response.json({ id: 'abc' }), { replyTo: 'bantuan@example.com' })
  await sender.send({ ...mail, headers: { 'List-Unsubscribe': '<https://a.example/stop>' } })
  expect(seen[0]?.body).toMatchObject({
    reply_to: 'bantuan@example.com',
    headers: { 'List-Unsubscribe': '<https://a.example/stop>' },
  })
})

test.each([
  [400, 'validation_error', false],
  [422, 'missing_required_field', false],
  [422, 'invalid_from_address', true],
  [409, 'invalid_idempotent_request', false],
  [409, 'concurrent_idempotent_requests', true],
  [401, 'missing_api_key', true],
  [403, 'invalid_api_key', true],
  [429, 'rate_limit_exceeded', true],
  [500, 'internal_server_error', true],
] as const)('%d %s: another try helps? %p', async (status, name, retryable) => {
  const { sender } = resendAt(refusal(status, name, 'because'))
  const failure = await failureOf(sender.send(mail))
  expect(failure.verdict.retryable).toBe(retryable)
  expect(failure.message).toBe(`Resend answered ${status} ${name}: because`)
})

test('it waits as long as it is told to, and an hour when the quota is used up', async () => {
  const { sender } = resendAt(refusal(429, 'rate_limit_exceeded', 'slow down', { 'retry-after': '7' }))
  expect((await failureOf(sender.send(mail))).verdict.retryAfterMs).toBe(7_000)
  server?.stop(true)
  const other = resendAt(refusal(429, 'daily_quota_exceeded', 'enough'))
  expect((await failureOf(other.sender.send(mail))).verdict.retryAfterMs).toBe(3_600_000)
})

test('an answer that is not JSON, a closed port and a provider that hangs are all worth another try', async () => {
  const html = resendAt(() => new Response('<h1>Bad gateway</h1>', { status: 502 }))
  expect((await failureOf(html.sender.send(mail))).verdict.retryable).toBe(true)
  server?.stop(true)
  const gone = await failureOf(html.sender.send(mail))
  expect(gone.verdict.retryable).toBe(true)
  const hanging = resendAt(() => new Promise<Response>(() => {}), { timeoutMs: 60 })
  expect((await failureOf(hanging.sender.send(mail))).verdict.retryable).toBe(true)
})

test('an abort from outside ends the call', async () => {
  const { sender } = resendAt(() => new Promise<Response>(() => {}), { timeoutMs: never })
  await failureOf(sender.send(mail, { signal: AbortSignal.timeout(50) }))
})

test('the key is in no error, even if the provider repeats it', async () => {
  const { sender } = resendAt(refusal(401, 'invalid_api_key', `key ${apiKey} is wrong ${'x'.repeat(1_000)}`))
  const failure = await failureOf(sender.send(mail))
  expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(apiKey)
  expect(failure.message).toContain('key *** is wrong')
  expect(failure.message.length).toBeLessThan(400)
})
