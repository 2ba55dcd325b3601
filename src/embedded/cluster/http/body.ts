import { badRequest, tooLarge } from '../errors'
import { isObject } from '../schema/check'
import type { JsonObject } from '../types'

export const maxBodyBytes = 3 * 1024 * 1024

/** The request's text, bounded whether or not the client says how much it sends. */
export async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) throw tooLarge(maxBodyBytes)
  const text = await request.text()
  if (text.length > maxBodyBytes) throw tooLarge(maxBodyBytes)
  return text
}

export function parseJsonObject(text: string, complaint: (problem: string) => string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badRequest(complaint(text.trim() === '' ? 'EOF' : 'unexpected end of JSON input'))
  }
  if (!isObject(value)) throw badRequest(complaint('json: cannot unmarshal value into an object'))
  return value
}
