import { AppError } from '../../lib/errors'

const maxHeaders = 32
const maxHeaderBytes = 8 * 1024

/** Ours to say: they decide where a request goes, and where it ends. */
const reserved =
  /^(?:host|connection|content-length|transfer-encoding|accept-encoding|upgrade|expect|te|trailer|keep-alive|proxy-.*)$/i
const name = /^[\w!#$%&'*+.^`|~-]+$/
/** Visible ASCII, spaces and tabs; a line break would begin another header, or another request. */
const value = /^[\t\x20-\x7e]*$/

/** @throws AppError VALIDATION_ERROR naming the header, never its value */
export function assertHeaders(headers: Record<string, string>): void {
  const entries = Object.entries(headers)
  if (entries.length > maxHeaders) throw refuse(`At most ${maxHeaders} headers can be sent`)
  let size = 0
  for (const [key, text] of entries) {
    size += key.length + text.length
    if (!name.test(key)) throw refuse('A header’s name is not valid')
    if (reserved.test(key)) throw refuse(`The header ${key} can’t be set`)
    if (!value.test(text)) throw refuse(`The header ${key} must be visible ASCII characters`)
  }
  if (size > maxHeaderBytes) throw refuse(`Headers can be ${maxHeaderBytes} bytes together`)
}

const refuse = (why: string): AppError => new AppError('VALIDATION_ERROR', why)
