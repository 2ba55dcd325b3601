/** For what says nothing itself: JSON, texts and any page that forgot its own load nothing and stand in no frame. */
const strictPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const noDevices = 'accelerometer=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()'
const yearInSeconds = 31_536_000

/** Stands in every answer that has all of them. */
const mark = 'cross-origin-resource-policy'

/** The headers of an answer that is given many times: made whole once, they are copied for half of what setting costs. */
export function securedHeaders(init: Record<string, string>): Headers {
  const headers = new Headers(init)
  secure(headers, false)
  return headers
}

/** What every answer carries. A route's own word, for a policy or a cache, stands. */
export function secure(headers: Headers, https: boolean): void {
  if (https) headers.set('strict-transport-security', `max-age=${yearInSeconds}`)
  if (headers.has(mark)) return
  headers.set(mark, 'same-origin')
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'no-referrer')
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', strictPolicy)
  // Nothing is kept by accident: a page that may be says so.
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  if (headers.get('content-type')?.startsWith('text/html')) securePage(headers)
}

function securePage(headers: Headers): void {
  headers.set('x-frame-options', 'DENY')
  headers.set('permissions-policy', noDevices)
  headers.set('cross-origin-opener-policy', 'same-origin')
}
