import type { Template } from '../../templates'

/** Half of what tells two templates apart would do; the whole costs nothing. Keys are sorted: their order says nothing. */
export const hashOf = (template: Template): string =>
  new Bun.CryptoHasher('sha256').update(JSON.stringify(sorted(template))).digest('hex')

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]))
}
