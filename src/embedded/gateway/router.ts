import { timingSafeEqual } from 'node:crypto'
import { type Answer, malformed, refusedWith, respond, snapRefusal, unauthorized } from './answers'
import type { Body } from './bodies'
import type { CallFaults, Endpoint } from './call-faults'
import type { CardTokens } from './card-tokens'
import { act, charge, isAction, refund, status } from './core-api'
import { IdempotentAnswers } from './idempotent-answers'
import { openSnapPage, showPayPage, showQr, submitPayPage } from './page-routes'
import { messagePage } from './pages'
import type { PaymentDesk } from './payment-desk'
import { createSnapTransaction } from './snap-api'
import { issueToken } from './token-api'

interface RouterParts {
  desk: PaymentDesk
  calls: CallFaults
  tokens: CardTokens
  clientKey: string
  closing: AbortSignal
}

type Run = (body: Body) => Promise<Answer>

type Route = [
  method: string,
  path: RegExp,
  serve: (request: Request, id: string, verb: string) => Promise<Response> | Response,
]

export function createHandler(parts: RouterParts): (request: Request) => Promise<Response> | Response {
  const { desk, tokens } = parts
  const answers = new IdempotentAnswers(desk.clock)

  const routes: Route[] = [
    [
      'POST',
      /^\/v2\/charge$/,
      (request) => serve(request, 'charge', (body) => answers.once(request, body, () => charge(desk, tokens, body))),
    ],
    ['GET', /^\/v2\/token$/, (request) => issueToken(new URL(request.url), tokens, parts.clientKey)],
    ['GET', /^\/v2\/qris\/([^/]+)\/qr-code$/, (_, id) => showQr(desk, id)],
    ['GET', /^\/v2\/([^/]+)\/status$/, (request, id) => serve(request, 'status', () => status(desk, id))],
    [
      'POST',
      /^\/v2\/([^/]+)\/refund(?:\/online\/direct)?$/,
      (request, id) => serve(request, 'refund', (body) => answers.once(request, body, () => refund(desk, id, body))),
    ],
    [
      'POST',
      /^\/v2\/([^/]+)\/([a-z]+)$/,
      (request, id, verb) => (isAction(verb) ? serve(request, verb, () => act(desk, id, verb)) : notFound()),
    ],
    [
      'POST',
      /^\/snap\/v1\/transactions$/,
      (request) => serve(request, 'snap', (body) => createSnapTransaction(desk, body)),
    ],
    ['GET', /^\/snap\/v4\/redirection\/([^/]+)$/, (_, token) => openSnapPage(desk, token)],
    ['GET', /^\/pay\/([^/]+)$/, (_, id) => showPayPage(desk, id)],
    ['POST', /^\/pay\/([^/]+)$/, (request, id) => submitPayPage(desk, id, request)],
  ]

  return (request) => {
    const { pathname } = new URL(request.url)
    for (const [method, path, run] of routes) {
      const match = method === request.method ? path.exec(pathname) : null
      const id = match ? decode(match[1] ?? '') : null
      if (match && id !== null) return run(request, id, match[2] ?? '')
    }
    return notFound()
  }

  /** Authorisation, planned faults and the body, in the order in which a real request would meet them. */
  async function serve(request: Request, endpoint: Endpoint, run: Run): Promise<Response> {
    const fault = parts.calls.take(endpoint)
    if (fault?.kind === 'hang') return silence(request, parts.closing)
    if (fault?.kind === 'html') {
      return new Response('<!doctype html><title>Maintenance</title>', { headers: { 'content-type': 'text/html' } })
    }
    if (fault?.kind === 'status') return upstreamError(fault.httpStatus)
    if (fault?.kind === 'refused') return respond(refusedWith(fault.statusCode))
    const answer = await answerOf(request, endpoint, run)
    if (fault?.kind !== 'lost') return respond(answer)
    return fault.httpStatus === undefined ? silence(request, parts.closing) : upstreamError(fault.httpStatus)
  }

  async function answerOf(request: Request, endpoint: Endpoint, run: Run): Promise<Answer> {
    if (!isMerchant(request, desk.merchant.serverKey)) {
      if (endpoint !== 'snap') return unauthorized()
      return snapRefusal(401, ['Access denied due to unauthorized transaction, please check client or server key'])
    }
    const body = request.method === 'GET' ? {} : await readBody(request)
    if (body) return run(body)
    return endpoint === 'snap' ? snapRefusal(400, ['request body is not valid JSON']) : malformed()
  }
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

function isMerchant(request: Request, serverKey: string): boolean {
  const given = Buffer.from(request.headers.get('authorization') ?? '')
  const expected = Buffer.from(`Basic ${Buffer.from(`${serverKey}:`).toString('base64')}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Null for what is no JSON object; an empty body is one without fields. */
async function readBody(request: Request): Promise<Body | null> {
  try {
    const text = await request.text()
    const value: unknown = text === '' ? {} : JSON.parse(text)
    // midtrans-client sends `null` where a request has nothing to say.
    if (value === null) return {}
    return typeof value === 'object' && !Array.isArray(value) ? (value as Body) : null
  } catch {
    return null
  }
}

const upstreamError = (status: number): Response => new Response('upstream error', { status })

/** Until the caller gives up or the gateway closes. */
function silence(request: Request, closing: AbortSignal): Promise<Response> {
  return new Promise((resolve) => {
    const end = () => resolve(new Response(null, { status: 503 }))
    AbortSignal.any([request.signal, closing]).addEventListener('abort', end, { once: true })
  })
}

const notFound = (): Response => messagePage('There is nothing here.', 404)
