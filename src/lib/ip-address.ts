/** An IP address as a number: version 4 in 32 bits, version 6 in 128. */
export interface IpAddress {
  version: 4 | 6
  value: bigint
}

/** A block of addresses, `10.0.0.0/8`. */
export interface IpRange extends IpAddress {
  bits: number
}

const sizeOf = { 4: 32, 6: 128 } as const

/** Undefined for anything that is not the plain form of an address; a zone (`fe80::1%eth0`) is none. */
export function parseIp(text: string): IpAddress | undefined {
  const value = text.includes(':') ? parseV6(text) : parseV4(text)
  return value === undefined ? undefined : { version: text.includes(':') ? 6 : 4, value }
}

/** A block, or a single address. */
export function parseIpRange(text: string): IpRange | undefined {
  const [base = '', length, ...more] = text.split('/')
  const address = parseIp(base)
  if (!address || more.length > 0) return undefined
  const size = sizeOf[address.version]
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined
  const bits = length === undefined ? size : Number(length)
  return bits <= size ? { ...address, bits } : undefined
}

export function isInRange(address: IpAddress, range: IpRange): boolean {
  if (address.version !== range.version) return false
  const rest = BigInt(sizeOf[range.version] - range.bits)
  return address.value >> rest === range.value >> rest
}

/** Whom an address stands for: version 4 itself; of version 6 the block of 64 bits, in which one host may take any. */
export function networkOf(text: string): string {
  const address = text.includes(':') ? parseIp(text) : undefined
  return address ? `${(address.value >> 64n).toString(16)}/64` : text
}

function parseV4(text: string): bigint | undefined {
  const bytes = text.split('.')
  if (bytes.length !== 4) return undefined
  let value = 0n
  for (const byte of bytes) {
    // No leading zero: some read it as octal.
    if (!/^(0|[1-9]\d{0,2})$/.test(byte) || Number(byte) > 255) return undefined
    value = (value << 8n) | BigInt(byte)
  }
  return value
}

function parseV6(text: string): bigint | undefined {
  const plain = withoutDots(text)
  const [left = '', right, ...more] = plain?.split('::') ?? []
  if (plain === undefined || more.length > 0) return undefined
  const before = groupsOf(left)
  const after = right === undefined ? [] : groupsOf(right)
  const missing = 8 - before.length - after.length
  if (right === undefined ? missing !== 0 : missing < 1) return undefined
  let value = 0n
  for (const group of [...before, ...Array<string>(Math.max(missing, 0)).fill('0'), ...after]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined
    value = (value << 16n) | BigInt(`0x${group}`)
  }
  return value
}

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'))

/** `::ffff:10.0.0.1` with its last part as two groups. */
function withoutDots(text: string): string | undefined {
  if (!text.includes('.')) return text
  const start = text.lastIndexOf(':') + 1
  const value = parseV4(text.slice(start))
  return value === undefined
    ? undefined
    : `${text.slice(0, start)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
}
