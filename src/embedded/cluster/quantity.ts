/** Exact quantities: `500m`, `1Gi`, `0.5`, `2e3`. Sums and comparisons are done in billionths, as the API server can show them. */
export interface Quantity {
  nano: bigint
  /** Written with Ki, Mi, …: kept when it is written again. */
  binary: boolean
}

const maxRemembered = 2_000
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)|[eE]([+-]?\d{1,2}))?$/
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const billion = 1_000_000_000n

const parsed = new Map<string, Quantity>()
const canonical = new Map<string, string>()

export function parseQuantity(text: string): Quantity | undefined {
  const known = parsed.get(text)
  if (known) return known
  const quantity = readQuantity(text)
  if (quantity) remember(parsed, text, quantity)
  return quantity
}

/** As the API server writes it back: `0.5` becomes `500m`, `1024Mi` becomes `1Gi`. Undefined when it is no quantity. */
export function canonicalQuantity(text: string): string | undefined {
  const known = canonical.get(text)
  if (known) return known
  const quantity = parseQuantity(text)
  if (!quantity) return undefined
  const written = formatQuantity(quantity)
  remember(canonical, text, written)
  return written
}

export function formatQuantity({ nano, binary }: Quantity): string {
  if (nano === 0n) return '0'
  const whole = nano % billion === 0n
  const small = nano < 1024n * billion && nano > -1024n * billion
  if (binary && whole && !small) return scaleDown(nano / billion, 1024n, binarySuffixes)
  return scaleDown(nano, 1000n, decimalSuffixes)
}

/** Base units as a number: cores for CPU, bytes for memory. */
export const quantityNumber = (text: string | undefined): number =>
  text === undefined ? 0 : Number(parseQuantity(text)?.nano ?? 0n) / 1e9

export const nanoOf = (text: string | undefined): bigint => (text && parseQuantity(text)?.nano) || 0n

function readQuantity(text: string): Quantity | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', suffix, exponent] = match
  if (whole === '' && fraction === '') return undefined
  if (whole.length > 19 || fraction.length > 19) return undefined
  const binary = suffix?.endsWith('i') ?? false
  const digits = BigInt(whole + fraction)
  const factor = factorOf(suffix ?? '', exponent)
  const nano = (digits * factor.up) / (10n ** BigInt(fraction.length) * factor.down)
  return { nano: sign === '-' ? -nano : nano, binary }
}

function factorOf(suffix: string, exponent: string | undefined): { up: bigint; down: bigint } {
  if (exponent !== undefined) {
    const power = Number(exponent)
    return power >= 0 ? { up: billion * 10n ** BigInt(power), down: 1n } : { up: billion, down: 10n ** BigInt(-power) }
  }
  if (suffix.endsWith('i')) return { up: billion * 1024n ** BigInt(binarySuffixes.indexOf(suffix)), down: 1n }
  return { up: 1000n ** BigInt(decimalSuffixes.indexOf(suffix)), down: 1n }
}

function scaleDown(value: bigint, base: bigint, suffixes: string[]): string {
  let rest = value
  let index = 0
  while (index < suffixes.length - 1 && rest % base === 0n) {
    rest /= base
    index++
  }
  return `${rest}${suffixes[index]}`
}

function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  if (cache.size >= maxRemembered) cache.clear()
  cache.set(key, value)
}
