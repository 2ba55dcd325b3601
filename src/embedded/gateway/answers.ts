import type { Body } from './bodies'

/** What a handler answers; Midtrans' own refusals come under HTTP 200 with the status in the body. */
export interface Answer {
  httpStatus: number
  body: Body
}

export const ok = (body: Body): Answer => ({ httpStatus: 200, body })

const refusal = (httpStatus: number, statusCode: string, message: string, more: Body = {}): Answer => ({
  httpStatus,
  body: { status_code: statusCode, status_message: message, ...more, id: crypto.randomUUID() },
})

export const unauthorized = () =>
  refusal(401, '401', 'Transaction cannot be authorized with the current client/server key.')

export const malformed = () =>
  refusal(400, '413', 'The request cannot be processed due to malformed syntax in the request body')

export const invalid = (messages: string[]) =>
  refusal(400, '400', 'One or more parameters in the payload is invalid.', { validation_messages: messages })

export const unknownOrder = () => refusal(200, '404', "Transaction doesn't exist.")

export const orderTaken = () =>
  refusal(
    200,
    '406',
    'The request could not be completed due to a conflict with the current state of the target resource, please try again',
  )

export const badToken = () => refusal(200, '411', 'Credit card token is no longer available. Please create a new one.')

export const unmodifiable = () => refusal(200, '412', 'Merchant cannot modify the status of the transaction')

export const refundRejected = (message: string) => refusal(200, '414', message)

/** Those of a request's form, 400, 401 and 413, come under an HTTP status of their own. */
export const refusedWith = (statusCode: number) =>
  refusal(formCodes.get(statusCode) ?? 200, String(statusCode), 'The request was refused.')

const formCodes = new Map([
  [400, 400],
  [401, 401],
  [413, 400],
])

export const snapRefusal = (httpStatus: number, messages: string[]): Answer => ({
  httpStatus,
  body: { error_messages: messages },
})

export const respond = ({ httpStatus, body }: Answer): Response => Response.json(body, { status: httpStatus })
