import { expect, test } from 'bun:test'
import {
  createPacedSender,
  createResendSender,
  type Mail,
  MailError,
  type MailSender,
  type Urgency,
} from '../../src/mail-senders'

const mailOf = (id: string, urgency?: Urgency): Mail => ({
  ...{ id, key: id, to: 'a@example.com', subject: 's', text: 't', html: 'h' },
  urgency,
})

/** Answers as it is told to, in turn, and well from then on. */
function provider(...answers: (MailError | undefined)[]): MailSender & { sent: string[] } {
  const sent: string[] = []
  return {
    delivers: true,
    sent,
    async send({ id }) {
      sent.push(id)
      const answer = answers.shift()
      if (answer) throw answer
      return { providerId: id }
    },
  }
}

const outage = (retryAfterMs?: number) =>
  new MailError('down', { retryable: true, concernsAll: true, ...(retryAfterMs !== undefined && { retryAfterMs }) })

test('the urgent ones go first, the patient ones last', async () => {
  const to = provider()
  const sender = createPacedSender(to, { perSecond: 200 })
  const sending = [
    mailOf('statement', 'last'),
    mailOf('receipt 1'),
    mailOf('receipt 2', 'normal'),
    mailOf('reset', 'first'),
  ].map((mail) => sender.send(mail))
  await Promise.all(sending)
  expect(to.sent).toEqual(['reset', 'receipt 1', 'receipt 2', 'statement'])
})

test('so many a second leave at most', async () => {
  const to = provider()
  const sender = createPacedSender(to, { perSecond: 50 })
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: 5 }, (_, index) => sender.send(mailOf(String(index)))))
  // Four turns lie between the first and the last, however slow the machine is.
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(79)
})

test('after a fault that concerns all, nobody asks again before the pause is over', async () => {
  let now = 0
  const pauses: number[] = []
  const to = provider(outage(90_000))
  const sender = createPacedSender(to, { perSecond: 1_000, now: () => now, onPause: (_fault, ms) => pauses.push(ms) })
  await expect(sender.send(mailOf('a'))).rejects.toThrow('down')
  const refused = await sender.send(mailOf('b')).catch((fault: MailError) => fault)
  expect((refused as MailError).verdict).toEqual({ retryable: true, retryAfterMs: 90_000 })
  expect(to.sent).toEqual(['a'])
  now = 90_000
  await sender.send(mailOf('b'))
  expect(to.sent).toEqual(['a', 'b'])
  expect(pauses).toEqual([90_000])
})

test('a pause doubles while it lasts, to five minutes, and begins small again after a success', async () => {
  let now = 0
  const pauses: number[] = []
  const faults = Array.from({ length: 8 }, () => outage())
  const to = provider(...faults, undefined, outage())
  const sender = createPacedSender(to, { perSecond: 1_000, now: () => now, onPause: (_fault, ms) => pauses.push(ms) })
  for (let round = 0; round < 10; round++) {
    await sender.send(mailOf(String(round))).catch(() => {})
    now += 10 * 60_000
  }
  expect(pauses).toEqual([15, 30, 60, 120, 240, 300, 300, 300, 15].map((seconds) => seconds * 1_000))
})

test('Resend’s 429 rests all mails for as long as it says, and each is delivered once', async () => {
  const keys: string[] = []
  let refusals = 0
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      if (refusals++ < 1)
        return Response.json(
          { statusCode: 429, name: 'rate_limit_exceeded', message: 'Too many requests' },
          { status: 429, headers: { 'retry-after': '1' } },
        )
      keys.push(request.headers.get('idempotency-key')!)
      return Response.json({ id: 're_1' })
    },
  })
  const pauses: number[] = []
  const from = { name: 'W', address: 'a@b.example' }
  const resend = createResendSender({ apiKey: 're_1', baseUrl: server.url.origin, from })
  const sender = createPacedSender(resend, { perSecond: 500, onPause: (_fault, ms) => pauses.push(ms) })
  const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((id) => sender.send(mailOf(id))))
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  expect(pauses).toEqual([1_000])
  await sender.send(mailOf('a'))
  expect(keys).toEqual(['b', 'c', 'a'])
  await server.stop(true)
})

test('those that wait already are sent back when a long pause begins', async () => {
  const to = provider(outage(120_000))
  const sender = createPacedSender(to, { perSecond: 100 })
  const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((id) => sender.send(mailOf(id))))
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(to.sent).toEqual(['a'])
})

test('a fault of one mail holds up no other', async () => {
  const to = provider(
    new MailError('no such mailbox', { retryable: false }),
    new MailError('greylisted', { retryable: true }),
  )
  const sender = createPacedSender(to, { perSecond: 1_000 })
  await Promise.allSettled(['a', 'b', 'c'].map((id) => sender.send(mailOf(id))))
  expect(to.sent).toEqual(['a', 'b', 'c'])
})

test('who is told to end does not wait for a turn, and takes none', async () => {
  const to = provider()
  const sender = createPacedSender(to, { perSecond: 1 })
  await sender.send(mailOf('a'))
  const abort = new AbortController()
  const waiting = sender.send(mailOf('b'), { signal: abort.signal })
  abort.abort(new Error('ended'))
  await expect(waiting).rejects.toThrow('ended')
  expect(to.sent).toEqual(['a'])
})
