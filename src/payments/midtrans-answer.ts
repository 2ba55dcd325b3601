import type { RawAnswer } from './midtrans-client'
import { noAnswer, PaymentError, type PaymentErrorKind, type PaymentFault } from './payment-error'

const maxDiagnosisLength = 300

export type MidtransBody = Readonly<Record<string, unknown>>

/** A judged answer: a JSON object, and the status that the body states (Core) or that HTTP does (Snap). */
export interface MidtransAnswer {
  statusCode: number
  body: MidtransBody
}

/** Throws a PaymentError for everything but a success; 407 is how Midtrans names an expired order it found. */
export function readAnswer(raw: RawAnswer, secrets: readonly string[]): MidtransAnswer {
  const body = parseObject(raw)
  const stated = readText(body, 'status_code')
  const statusCode = stated === null ? raw.httpStatus : /^\d{3}$/.test(stated) ? Number(stated) : 0
  if ((statusCode >= 200 && statusCode < 300) || statusCode === 407) {
    // A gateway in between may answer an error with a body it kept from before.
    if (raw.httpStatus >= 400) throw noAnswer(`HTTP ${raw.httpStatus} around a body that states ${statusCode}`)
    return { statusCode, body }
  }
  throw new PaymentError({
    ...faultOf(statusCode, body),
    diagnosis: diagnose(raw.httpStatus, statusCode, body, secrets),
  })
}

function parseObject(raw: RawAnswer): MidtransBody {
  let value: unknown
  try {
    value = JSON.parse(raw.text)
  } catch {
    throw refusedBeforeTheApi(raw)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusedBeforeTheApi(raw)
  return value as MidtransBody
}

/** Not JSON: a proxy, a maintenance page, a captive portal. Only a plain 401 or 429 says that nothing was done. */
function refusedBeforeTheApi(raw: RawAnswer): PaymentError {
  const diagnosis = `HTTP ${raw.httpStatus} with ${raw.text.length} characters that are no JSON object`
  if (raw.httpStatus === 401) {
    return new PaymentError({ kind: 'unauthorized', outcome: 'none', retryable: false, diagnosis })
  }
  if (raw.httpStatus === 429) {
    return new PaymentError({ kind: 'unavailable', outcome: 'none', retryable: true, diagnosis })
  }
  return noAnswer(diagnosis)
}

const kindOfStatus: Record<number, PaymentErrorKind> = {
  400: 'invalid',
  401: 'unauthorized',
  402: 'refused',
  404: 'unknown-order',
  405: 'invalid',
  406: 'conflict',
  408: 'invalid',
  411: 'card-token',
  412: 'conflict',
  413: 'invalid',
}

type Verdict = Pick<PaymentFault, 'kind' | 'outcome' | 'retryable'>

function faultOf(statusCode: number, body: MidtransBody): Verdict {
  if (statusCode === 429) return { kind: 'unavailable', outcome: 'none', retryable: true }
  if (statusCode < 400 || statusCode >= 500) return { kind: 'unavailable', outcome: 'unknown', retryable: true }
  if (statusCode === 400 && saysOrderIdIsTaken(body)) return { kind: 'conflict', outcome: 'none', retryable: false }
  return { kind: kindOfStatus[statusCode] ?? 'refused', outcome: 'none', retryable: false }
}

/** Snap has no 406: it says so in words, in English or Indonesian. */
const saysOrderIdIsTaken = (body: MidtransBody): boolean =>
  readMessages(body).some((message) => /order_id/i.test(message) && /taken|used|utilized|digunakan/i.test(message))

const readMessages = (body: MidtransBody): string[] =>
  [body.error_messages, body.validation_messages]
    .flatMap((list): unknown[] => (Array.isArray(list) ? list : []))
    .filter((message) => typeof message === 'string')

function diagnose(httpStatus: number, statusCode: number, body: MidtransBody, secrets: readonly string[]): string {
  const said = [readText(body, 'status_message') ?? '', ...readMessages(body)].filter(Boolean).join('; ')
  let text = `HTTP ${httpStatus}, status ${statusCode}: ${said || 'no message'}`
  for (const secret of secrets) text = text.replaceAll(secret, '[redacted]')
  return text.slice(0, maxDiagnosisLength)
}

/** A text field, or null where it is absent or empty; anything but a text is not taken for one. */
export function readText(body: MidtransBody, field: string): string | null {
  const value = body[field]
  return typeof value === 'string' && value !== '' ? value : null
}
