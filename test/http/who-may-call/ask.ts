import type { Operation } from '../openapi-document'
import type { Call } from './row'

export interface Answered {
  status: number
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
}

export interface Asking {
  url: string
  prefix?: '/api' | '/api/v1'
  bearer?: string
}

/** Makes a call as the document describes it. A stream is left as soon as it has answered. */
export async function ask(
  { url, prefix = '/api', bearer }: Asking,
  { method, path }: Operation,
  { params = {}, query = {}, rawQuery, headers = {}, body, text: sent = body && JSON.stringify(body) }: Call,
): Promise<Answered> {
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`teach who-may-call the path parameter ${name} of ${path}`)
    return encodeURIComponent(value)
  })
  const search = rawQuery ?? new URLSearchParams(query).toString()
  const response = await fetch(`${url}${prefix}${place}${search && `?${search}`}`, {
    method: method.toUpperCase(),
    headers: {
      ...headers,
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(sent !== undefined && { 'content-type': 'application/json' }),
    },
    body: sent,
  })
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel()
    return { status: response.status, text: '', body: undefined }
  }
  const text = await response.text()
  return { status: response.status, text, body: type.startsWith('application/json') ? JSON.parse(text) : undefined }
}

/** `200`, `404 NOT_FOUND`, `403 FORBIDDEN wallet:write`: what a caller learns. */
export function summaryOf({ status, body }: Answered): string {
  const { code, details } = body?.error ?? {}
  return [status, code, details?.requiredScope].filter(Boolean).join(' ')
}
