import { Elysia } from 'elysia'
import { AppError } from '../lib/errors'

export const maxBodyBytes = 1024 * 1024
/** Deeper than any input we describe; what walks a value later (hashing, storing) is recursive. */
const maxDepth = 32

export const bodyTooLarge = (): AppError => new AppError('PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB')

/** The one reader of bodies: JSON and nothing else, bounded in size and depth, of text that the database can hold. */
export const jsonBody = () =>
  new Elysia({ name: 'json-body' }).onParse({ as: 'global' }, ({ request }, contentType) =>
    readJson(request, contentType),
  )

async function readJson(request: Request, contentType: string): Promise<unknown> {
  const text = await readText(request)
  if (text === '') return undefined
  if (!/^application\/(?:[\w.-]+\+)?json$/i.test(contentType.trim())) {
    throw new AppError('MALFORMED_REQUEST', 'The body must be JSON, with content-type application/json')
  }
  const body = parse(text)
  const place = findUnfit(body, 0)
  if (place === undefined) return body
  const message = 'Too deep, or text with a NUL character or half a surrogate pair'
  throw new AppError('VALIDATION_ERROR', 'The body is not valid', {
    in: 'body',
    problems: [{ path: place || '/', message }],
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('MALFORMED_REQUEST', 'The body is not well-formed JSON')
  }
}

/** A body that says its length was measured before it came here; one that does not is measured while it is read. */
async function readText(request: Request): Promise<string> {
  if (!request.body) return ''
  if (request.headers.has('content-length')) return request.text()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > maxBodyBytes) throw bodyTooLarge()
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** Where a value is too deep, or holds text that SQLite or UTF-8 can't; keys count as text. */
function findUnfit(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return isFit(value) ? undefined : ''
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === maxDepth) return ''
  for (const [key, inner] of Object.entries(value)) {
    if (!isFit(key)) return ''
    const place = findUnfit(inner, depth + 1)
    if (place !== undefined) return `/${key}${place}`
  }
  return undefined
}

const isFit = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
