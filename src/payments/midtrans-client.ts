import { PaymentError } from './payment-error'

const maxAnswerBytes = 256 * 1024

export interface MidtransAccount {
  serverKey: string
  clientKey: string
  environment: 'sandbox' | 'production'
  /** Replaces both of Midtrans' hosts; Snap is then under `/snap/v1` of it. */
  baseUrl?: string
  /** For one HTTP request from start to the answer's last byte. */
  timeoutMs: number
  /** Carries the requests in the place of a socket, where the provider runs in this process. */
  fetch?: (request: Request) => Promise<Response>
}

/** An answer before anybody judged it: the HTTP status and the text as it came. */
export interface RawAnswer {
  httpStatus: number
  text: string
}

/** The library's axios instance, as far as we turn it. */
interface HttpClient {
  defaults: { headers: { common: Record<string, string> }; adapter?: (call: HttpCall) => Promise<HttpAnswer> }
  interceptors: { response: { use(onAnswer: (response: { status: number }) => unknown): unknown } }
}

interface HttpCall {
  url: string
  method: string
  data?: string
  headers: Iterable<[string, string]>
  auth?: { username: string; password: string }
  signal?: AbortSignal
}

interface HttpAnswer {
  data: string
  status: number
  statusText: string
  headers: Record<string, string>
  config: HttpCall
}

/** midtrans-client as far as we use it; its published types stop at `charge`. */
interface MidtransClient {
  apiConfig: { getCoreApiBaseUrl(): string; getSnapApiBaseUrl(): string }
  httpClient: { http_client: HttpClient }
  transaction: {
    status(id: string): Promise<unknown>
    cancel(id: string): Promise<unknown>
    expire(id: string): Promise<unknown>
    refund(id: string, body: object): Promise<unknown>
  }
}
type CoreClient = MidtransClient & { charge(body: object): Promise<unknown> }
type SnapClient = MidtransClient & { createTransaction(body: object): Promise<unknown> }

interface MidtransLibrary {
  CoreApi: new (options: object) => CoreClient
  Snap: new (options: object) => SnapClient
}

export interface CoreRequest {
  api: 'core'
  send: (client: CoreClient) => Promise<unknown>
  idempotencyKey?: string
  /** Less time than the account gives. */
  withinMs?: number
}

export interface SnapRequest {
  api: 'snap'
  send: (client: SnapClient) => Promise<unknown>
  withinMs?: number
}

export type MidtransRequest = CoreRequest | SnapRequest

/**
 * One request through midtrans-client. It resolves with whatever came back, at any HTTP status; it rejects only when no
 * answer came, and only with an error of ours: the library's own carries the server key in its `rawHttpClientData`.
 */
export async function requestMidtrans(account: MidtransAccount, request: MidtransRequest): Promise<RawAnswer> {
  const library = await loadLibrary()
  const timeoutMs = Math.max(1, Math.min(account.timeoutMs, request.withinMs ?? account.timeoutMs))
  const deadline = AbortSignal.timeout(timeoutMs)
  const options = {
    isProduction: account.environment === 'production',
    serverKey: account.serverKey,
    clientKey: account.clientKey,
  }
  let httpStatus = 0
  const seen = (status: number) => {
    httpStatus = status
  }
  try {
    // A client per request, because the library lets a deadline or a header in only through its axios instance.
    const text =
      request.api === 'core'
        ? await request.send(cure(new library.CoreApi(options), account, deadline, seen, request.idempotencyKey))
        : await request.send(cure(new library.Snap(options), account, deadline, seen))
    return { httpStatus, text: typeof text === 'string' ? text : '' }
  } catch (error) {
    throw withoutSecrets(error, deadline.aborted, timeoutMs)
  }
}

let library: Promise<MidtransLibrary> | undefined

/** Loaded by the first payment: the library and its axios hold 33 MB. */
function loadLibrary(): Promise<MidtransLibrary> {
  library ??= import('midtrans-client').then((module) => module as unknown as MidtransLibrary)
  return library
}

function cure<T extends MidtransClient>(
  client: T,
  account: MidtransAccount,
  deadline: AbortSignal,
  seen: (status: number) => void,
  idempotencyKey?: string,
): T {
  if (account.baseUrl !== undefined) {
    const base = account.baseUrl.replace(/\/+$/, '')
    client.apiConfig.getCoreApiBaseUrl = () => base
    client.apiConfig.getSnapApiBaseUrl = () => `${base}/snap/v1`
  }
  const http = client.httpClient.http_client
  Object.assign(http.defaults, {
    signal: deadline,
    maxContentLength: maxAnswerBytes,
    // A redirect would carry the server key to wherever it points.
    maxRedirects: 0,
    // The raw text, whatever the status: left to itself the library resolves an HTML page and hides a body's status.
    validateStatus: () => true,
    transformResponse: [(text: unknown) => text],
    responseType: 'text',
  })
  if (account.fetch) http.defaults.adapter = adapterOf(account.fetch)
  if (idempotencyKey !== undefined) http.defaults.headers.common['Idempotency-Key'] = idempotencyKey
  http.interceptors.response.use((response) => {
    seen(response.status)
    return response
  })
  return client
}

const adapterOf =
  (fetch: (request: Request) => Promise<Response>) =>
  async (config: HttpCall): Promise<HttpAnswer> => {
    const { url, method, data: body, signal, auth } = config
    const headers = new Headers([...config.headers].map(([name, value]): [string, string] => [name, String(value)]))
    if (auth) headers.set('authorization', `Basic ${btoa(`${auth.username}:${auth.password}`)}`)
    const answer = await fetch(new Request(url, { method: method.toUpperCase(), headers, body, signal }))
    return { data: await answer.text(), status: answer.status, statusText: answer.statusText, headers: {}, config }
  }

/** What these name happened before a byte of the request left: nothing can have taken effect. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ConnectionRefused',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'FailedToOpenSocket',
])

function withoutSecrets(error: unknown, timedOut: boolean, timeoutMs: number): PaymentError {
  const code = codeOf(error)
  if (timedOut) {
    const diagnosis = `no complete answer within ${timeoutMs} ms`
    return new PaymentError({ kind: 'timeout', outcome: 'unknown', retryable: true, diagnosis })
  }
  const outcome = neverConnected.has(code) ? 'none' : 'unknown'
  return new PaymentError({ kind: 'unavailable', outcome, retryable: true, diagnosis: `no answer (${code})` })
}

/** The transport's error code alone; messages may quote a URL or a body. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown'
  const raw: unknown = 'rawHttpClientData' in error ? error.rawHttpClientData : error
  const code: unknown = typeof raw === 'object' && raw !== null && 'code' in raw ? raw.code : undefined
  return typeof code === 'string' && /^[A-Za-z_]{1,40}$/.test(code) ? code : 'unknown'
}
