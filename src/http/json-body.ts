import { Elysia } from 'elysia'
import { AppError } from '../lib/errors'

export const maxBodyBytes = 1024 * 1024
/** Deeper than any input we describe; what walks a value later (hashing, storing) is recursive. */
const maxDepth = 32
const maxShownKey = 64
const unfitText = 'Expected text without NUL characters and half surrogate pairs'

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
  // Every body is an object. Elysia would make one of a list, and of a word, before any schema sees it.
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  const problem = isObject ? findUnfit(body, 0) : { path: '/', message: 'Expected object' }
  if (problem) throw new AppError('VALIDATION_ERROR', 'The body is not valid', { in: 'body', problems: [problem] })
  return body
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
  const reader = request.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > maxBodyBytes) {
      void reader.cancel().catch(() => {})
      throw bodyTooLarge()
    }
    text += decoder.decode(value, { stream: true })
  }
}

interface Problem {
  path: string
  message: string
}

/** The first place where a value is too deep, or holds text that SQLite or UTF-8 can't; keys count as text. */
function findUnfit(value: unknown, depth: number, path = ''): Problem | undefined {
  if (typeof value === 'string') return isFit(value) ? undefined : { path: path || '/', message: unfitText }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === maxDepth) return { path, message: `Expected at most ${maxDepth} levels` }
  for (const [key, inner] of Object.entries(value)) {
    if (!isFit(key)) return { path: path || '/', message: unfitText }
    const problem = findUnfit(inner, depth + 1, `${path}/${key.slice(0, maxShownKey)}`)
    if (problem) return problem
  }
  return undefined
}

const isFit = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
