import type { BunRequest } from 'bun'

/** More parts than any path of ours has. */
const maxParts = 12
const names = Array.from({ length: maxParts }, (_, index) => `part${index}`)

/** Asked for all day: to take a path apart costs a seventh of a kept page, and here only the last part is taken. */
const hotPatterns = ['/api/catalog/services/:part3', '/api/v1/catalog/services/:part4']

/**
 * A pattern for every number of parts. The URL that Bun hands on has its path in the normal form (`\` is `/`, dots are
 * resolved, `%2e` is a dot), while a proxy judged it as it came; Bun's router alone still knows what stood in each place.
 */
export function partPatterns<T>(handle: T): Record<string, T> {
  const patterns: Record<string, T> = { '/': handle }
  for (let count = 1; count <= maxParts; count++) {
    const pattern = names.slice(0, count).map((name) => `/:${name}`)
    patterns[pattern.join('')] = handle
    patterns[`${pattern.join('')}/`] = handle
  }
  for (const hot of hotPatterns) patterns[hot] = handle
  return patterns
}

/** Whether the path came as it is handed on. What matches no pattern has an empty part or too many. */
export function isNormal(request: Request): boolean {
  const { url } = request
  const parts = (request as Partial<BunRequest<string>>).params as Record<string, string> | undefined
  if (!parts) return false
  const start = url.indexOf('/', url.indexOf('://') + 3) + 1
  const query = url.indexOf('?', start)
  const end = query < 0 ? url.length : query
  let at = start
  // The parts before the first that is taken are words of the pattern: they came as they are.
  let first = 0
  while (first < names.length && parts[names[first]!] === undefined && at < end) {
    at = url.indexOf('/', at) + 1
    if (at === 0) return false
    first++
  }
  if (first > 0 && parts[names[first]!] === undefined) return false
  for (let index = first; index < names.length; index++) {
    const part = parts[names[index]!]
    // At the end, or behind a last slash.
    if (part === undefined) return at >= end
    const slash = url.indexOf('/', at)
    const next = slash < 0 || slash > end ? end : slash
    if (!isSame(part, url.slice(at, next))) return false
    at = next + 1
  }
  return at >= end
}

/** The router decodes what it hands on. */
function isSame(part: string, handed: string): boolean {
  if (part === handed) return true
  try {
    return decodeURIComponent(handed) === part
  } catch {
    return false
  }
}
