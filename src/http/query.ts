import { invalid } from './input/input'

const maxShownName = 64

/** Nothing of ours takes a list in its query, and of a name that stands there twice Elysia keeps the last. @throws AppError VALIDATION_ERROR */
export function assertNamedOnce(url: string): void {
  const start = url.indexOf('?')
  if (start < 0 || !url.includes('&', start)) return
  const known = new Set<string>()
  for (const name of new URLSearchParams(url.slice(start + 1)).keys()) {
    if (known.has(name)) {
      throw invalid('query', [{ path: `/${name.slice(0, maxShownName)}`, message: 'Expected once' }])
    }
    known.add(name)
  }
}
