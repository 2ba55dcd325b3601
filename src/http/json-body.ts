import { AppError } from '../lib/errors'

export const maxBodyBytes = 1024 * 1024
/** Deeper than any input we describe; what walks a value later (hashing, storing) is recursive. */
const maxDepth = 32
const maxShownKey = 64
const nothing = new Uint8Array()
const unfitText = 'Expected text without NUL characters and half surrogate pairs'
const utf8 = new TextDecoder('utf-8', { fatal: true })

const bodyTooLarge = () => new AppError('PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB')

/**
 * The one reader of bodies: JSON and nothing else, bounded in size and depth, of text that the database can hold. Null where
 * there is none: of undefined Elysia would think that nobody has looked yet.
 */
export async function readJson(request: Request, contentType: string): Promise<unknown> {
  const text = decode(await readBytes(request))
  if (text === '') return null
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

/** What is not UTF-8 would otherwise be read as U+FFFD: two passwords as the same one. */
function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new AppError('MALFORMED_REQUEST', 'The body is not UTF-8')
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const { body } = request
  if (!body) return nothing
  const announced = request.headers.get('content-length')
  if (Number(announced ?? 0) > maxBodyBytes) throw bodyTooLarge()
  try {
    return announced === null ? await readMeasured(body) : await request.bytes()
  } catch (fault) {
    if (fault instanceof AppError) throw fault
    // Whoever sent it is gone, or its chunks are none.
    throw new AppError('MALFORMED_REQUEST', 'The body is not readable', undefined, { cause: fault })
  }
}

/** A body that does not say its length is measured while it is read. */
async function readMeasured(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks, size)
    size += value.byteLength
    if (size > maxBodyBytes) {
      void reader.cancel().catch(() => {})
      throw bodyTooLarge()
    }
    chunks.push(value)
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
