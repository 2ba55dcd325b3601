import { invalid } from './input/input'

const maxShownName = 64

/**
 * The query as it was sent, each value a text. Elysia takes a value with a comma for a list and one in brackets for JSON, and of a name
 * that stands there twice the last; nothing of ours takes a list. @throws AppError VALIDATION_ERROR for a name that stands there twice
 */
export function readQuery(url: string): Record<string, string> {
  const values: Record<string, string> = Object.create(null)
  const start = url.indexOf('?')
  if (start < 0) return values
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    if (values[name] !== undefined) {
      throw invalid('query', [{ path: `/${name.slice(0, maxShownName)}`, message: 'Expected once' }])
    }
    values[name] = value
  }
  return values
}
