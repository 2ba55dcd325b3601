import { AppError } from '../lib/errors'
import type { BodyBounds } from './input/bounds'
import { invalid } from './input/input'
import { findTooMuch } from './input/scan'
import { contextOf } from './request-context'

const kibibyte = 1024
const nothing = new Uint8Array()
const utf8 = new TextDecoder('utf-8', { fatal: true })

const bodyTooLarge = ({ bytes }: BodyBounds) =>
  new AppError('PAYLOAD_TOO_LARGE', `The body is larger than ${bytes / kibibyte} KiB`)

/**
 * The one reader of bodies: JSON and nothing else, no larger and of no more parts than what the route asks for. Null where
 * there is none: of undefined Elysia would think that nobody has looked yet.
 */
export async function readJson(
  request: Request,
  contentType: string,
  bounds: BodyBounds,
  isSigned = false,
): Promise<unknown> {
  const bytes = await readBytes(request, bounds)
  if (isSigned) contextOf(request).bytes = bytes
  if (bytes.length === 0) return null
  if (!/^application\/(?:[\w.-]+\+)?json$/i.test(contentType.trim())) {
    throw new AppError('MALFORMED_REQUEST', 'The body must be JSON, with content-type application/json')
  }
  const tooMuch = findTooMuch(bytes, bounds.values)
  if (tooMuch) throw invalid('body', [tooMuch])
  return parse(decode(bytes))
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

/** A body's bytes, no more of them than may be. @throws AppError PAYLOAD_TOO_LARGE, MALFORMED_REQUEST */
export async function readBytes(request: Request, bounds: BodyBounds): Promise<Uint8Array> {
  const { body } = request
  if (!body) return nothing
  const announced = request.headers.get('content-length')
  if (Number(announced ?? 0) > bounds.bytes) throw bodyTooLarge(bounds)
  try {
    return announced === null ? await readMeasured(request, body, bounds) : await request.bytes()
  } catch (fault) {
    if (fault instanceof AppError) throw fault
    // Whoever sent it is gone, or its chunks are none.
    throw new AppError('MALFORMED_REQUEST', 'The body is not readable', undefined, { cause: fault })
  }
}

/** A body that does not say its length is measured while it is read. */
async function readMeasured(request: Request, body: ReadableStream<Uint8Array>, bounds: BodyBounds) {
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return Buffer.concat(chunks, size)
      size += value.byteLength
      if (size > bounds.bytes) {
        void reader.cancel().catch(() => {})
        throw bodyTooLarge(bounds)
      }
      chunks.push(value)
    }
  } finally {
    contextOf(request).payFor(size)
  }
}
