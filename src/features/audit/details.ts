const redacted = '[redacted]'
const maxDepth = 6
const maxKeys = 100
const maxItems = 50
const maxText = 500
const maxDetailsLength = 16 * 1024
const maxKnownKeys = 1_000

/** A key with one of these in it names a secret, however its words are joined. */
const telling = /passw|passphrase|secret|token|credential|apikey|privatekey|authori[sz]ation|cookie|signature|sealed/i
/** These only as a word of their own: `pin` is no part of `shipping`. */
const tellingWords = new Set(['pwd', 'pass', 'otp', 'totp', 'pin', 'cvv', 'cvc', 'jwt', 'bearer', 'recovery', 'hash'])

/** Before and after of an act as JSON text, without what is secret by its name, and bounded. */
export function detailsText(details: Record<string, unknown> | undefined): string | null {
  if (details === undefined) return null
  const text = JSON.stringify(tell(details, 0))
  return text.length <= maxDetailsLength ? text : '{"omitted":"too large"}'
}

function tell(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return boundText(value, maxText)
    case 'number':
    case 'boolean':
      return value
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
    case 'object':
      return value === null ? null : tellObject(value, depth)
    default:
      return undefined
  }
}

function tellObject(value: object, depth: number): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (depth === maxDepth) return '…'
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => tell(item, depth + 1))
  // What is no plain object (bytes, a map) is nobody's before or after, and may be a key.
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return redacted
  const told: [string, unknown][] = []
  for (const [key, inner] of Object.entries(value).slice(0, maxKeys)) {
    const empty = inner === null || inner === undefined || typeof inner === 'boolean'
    told.push([boundText(key, maxText), isSecret(key) && !empty ? redacted : tell(inner, depth + 1)])
  }
  return Object.fromEntries(told)
}

const known = new Map<string, boolean>()

function isSecret(key: string): boolean {
  let secret = known.get(key)
  if (secret === undefined) {
    secret = namesSecret(key)
    // Keys of an app's configuration are the template's; still nobody may fill the memory with names.
    if (known.size < maxKnownKeys) known.set(key, secret)
  }
  return secret
}

/** `apiKey`, `API_KEY` and `server-key` are keys to something; a bare `key` is mostly a name. */
function namesSecret(key: string): boolean {
  if (telling.test(key.replace(/[^a-z0-9]/gi, ''))) return true
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  return words.some((word, index) => tellingWords.has(word) || (index > 0 && /^keys?$/.test(word)))
}

/** Text as the database gives it back: a NUL would end it, and half a surrogate pair become another character. */
export const boundText = (text: string, max: number): string => text.slice(0, max).toWellFormed().replaceAll('\0', '�')
