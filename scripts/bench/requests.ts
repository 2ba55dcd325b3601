import type { LoadResult } from './load'

const crlf = '\r\n'

/** Complete requests, as the load generator sends them. */
export const get = (path: string, token?: string): string => request('GET', path, token)
export const put = (path: string, token: string): string => request('PUT', path, token)
export const post = (path: string, token: string | undefined, body: object | string): string =>
  request('POST', path, token, typeof body === 'string' ? body : JSON.stringify(body))

function request(method: string, path: string, token: string | undefined, body?: string): string {
  const head = [`${method} ${path} HTTP/1.1`, 'host: localhost']
  if (token !== undefined) head.push(`authorization: Bearer ${token}`)
  if (body !== undefined) head.push('content-type: application/json', `content-length: ${Buffer.byteLength(body)}`)
  return `${head.join(crlf)}${crlf}${crlf}${body ?? ''}`
}

export function assertAll(status: number, result: LoadResult): LoadResult {
  if (result.broken > 0 || Object.keys(result.statuses).join() !== String(status)) {
    throw new Error(`not every answer was ${status}: ${JSON.stringify(result)}`)
  }
  return result
}
