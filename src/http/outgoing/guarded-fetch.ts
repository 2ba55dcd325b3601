import { isIP, isIPv6 } from 'node:net'
import { second } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import { assertHeaders } from './headers'
import { createReach, type ReachOptions } from './reach'
import { type Resolve, resolveBySystem, resolveTarget } from './resolve'
import { parseTarget, type Target } from './target'

const defaults = { timeoutMs: 10 * second, maxRequestBytes: 256 * 1024, maxAnswerBytes: 64 * 1024 }

export interface GuardOptions extends ReachOptions {
  resolve?: Resolve
  ports?: readonly number[]
  /** From the look-up of the name to the last byte of the answer. */
  timeoutMs?: number
  maxRequestBytes?: number
  maxAnswerBytes?: number
  /** Certificate authorities beside the system's, PEM: of a receiver in the operator's own network. */
  ca?: string
}

export interface OutgoingRequest {
  url: string
  method?: 'GET' | 'POST' | 'PUT'
  headers?: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer>
  signal?: AbortSignal
}

export interface OutgoingAnswer {
  /** Any, also 3xx: a redirect is an answer and is not followed. */
  status: number
  headers: Headers
  body: Uint8Array
}

export type GuardedFetch = (request: OutgoingRequest) => Promise<OutgoingAnswer>

/**
 * Fetch for addresses that customers and administrators set: bounded in time and size, and unable to reach what only we
 * can. The name is resolved once, every address checked, and the connection made to a checked address: nothing that the
 * name's owner answers later matters. It throws AppErrors: VALIDATION_ERROR for what can't be sent there as it is,
 * PAYLOAD_TOO_LARGE, and UNAVAILABLE for a receiver that did not take it, who may another time.
 */
export function createGuardedFetch(options: GuardOptions = {}): GuardedFetch {
  const { timeoutMs, maxRequestBytes, maxAnswerBytes } = { ...defaults, ...options }
  const { resolve = resolveBySystem, ports, ca } = options
  const mayReach = createReach(options)
  return async (request) => {
    const target = parseTarget(request.url, ports)
    assertHeaders(request.headers ?? {})
    if (request.body !== undefined && Buffer.byteLength(request.body) > maxRequestBytes) {
      throw new AppError('PAYLOAD_TOO_LARGE', `At most ${maxRequestBytes} bytes can be sent`)
    }
    const deadline = AbortSignal.timeout(timeoutMs)
    const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline
    try {
      const addresses = await resolveTarget(target, resolve, mayReach, signal)
      const response = await send(target, addresses, request, { signal, ca })
      return { status: response.status, headers: response.headers, body: await readBounded(response, maxAnswerBytes) }
    } catch (fault) {
      request.signal?.throwIfAborted()
      if (deadline.aborted) throw unavailable(`did not answer within ${timeoutMs} ms`, fault)
      throw explain(fault)
    }
  }
}

interface Way {
  signal: AbortSignal
  ca: string | undefined
}

/** Goes on to the next address only where nothing was sent to the one before. */
async function send(target: Target, addresses: string[], request: OutgoingRequest, way: Way): Promise<Response> {
  for (const [index, address] of addresses.entries()) {
    try {
      return await sendTo(target, address, request, way)
    } catch (fault) {
      if (index === addresses.length - 1 || !neverConnected.has(codeOf(fault))) throw fault
    }
  }
  throw unavailable('has no address')
}

const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
])

function sendTo(target: Target, address: string, request: OutgoingRequest, { signal, ca }: Way): Promise<Response> {
  const { protocol, hostname, port, host, path } = target
  const init: BunFetchRequestInit & { proxy: false; timeout: false } = {
    method: request.method ?? (request.body === undefined ? 'GET' : 'POST'),
    // Bodies are counted as they come: a small one that unpacks to a large one would not be.
    headers: { 'user-agent': 'minispod', ...request.headers, host, 'accept-encoding': 'identity' },
    body: request.body,
    decompress: false,
    redirect: 'manual',
    signal,
    timeout: false,
    // A connection of its own: one that was opened for another name on the same address was checked for that name.
    keepalive: false,
    // A proxy would connect on its own terms, from a place with other neighbours.
    proxy: false,
    tls: { ...(isIP(hostname) ? {} : { serverName: hostname }), rejectUnauthorized: true, ...(ca && { ca }) },
  }
  return fetch(`${protocol}//${isIPv6(address) ? `[${address}]` : address}:${port}${path}`, init)
}

async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > maxBytes) {
      void reader.cancel().catch(() => {})
      throw unavailable(`answered with more than ${maxBytes} bytes`)
    }
    chunks.push(value)
  }
  return Buffer.concat(chunks)
}

/** In words for the one who set the address; what the connection said is the cause, for the log. */
function explain(fault: unknown): AppError {
  if (fault instanceof AppError) return fault
  const code = codeOf(fault)
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) return unavailable('shows no valid certificate for its name', fault)
  if (/HTTP|Headers|Upgrade/.test(code)) return unavailable('does not answer in HTTP', fault)
  return unavailable('could not be reached', fault)
}

const codeOf = (fault: unknown): string => String((fault as { code?: unknown } | undefined)?.code ?? '')

const unavailable = (what: string, cause?: unknown): AppError =>
  new AppError('UNAVAILABLE', `The receiver ${what}`, undefined, { cause })
